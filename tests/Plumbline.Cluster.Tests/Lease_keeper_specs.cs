using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>Who holds the cluster, from a worker's start to its end, and after its death.</summary>
public sealed class Lease_keeper_specs : IAsyncLifetime
{
    private static readonly LeaseTerms s_short =
        new() { Duration = TimeSpan.FromSeconds(2), Renewal = TimeSpan.FromMilliseconds(50) };

    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync();
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_worker_that_starts_removes_leftovers_and_spares_the_running_experiment()
    {
        Guid leftover = Guid.NewGuid();
        using (ScalerLife first = new(_server))
        {
            await first.Cluster.ScaleAsync(ScalerLife.Step(leftover, 1, 20), Token);
            await first.Lease.ReleaseAsync(leftover, Token);
        }

        // Without a sweep, as if the experiment had started meanwhile.
        await new ClusterLease(
            new ApiServer(new Kubernetes(_server.Configuration)), new LeaseTerms(), TimeProvider.System)
            .TakeAsync(new LeaseHolder("pipeline-1", _id), _ => { }, Token);
        using ScalerLife next = new(_server);
        await new ExperimentNamespace(next.Api).EnsureAsync(_id, Token);

        await next.Lease.StartAsync(Token);

        await Waiting.UntilAsync(async () => (await NamespacesAsync()).Length == 1);
        Assert.Equal([ClusterNames.Namespace(_id)], await NamespacesAsync());
        Assert.Empty(
            (await _view.Client.CoreV1.ListServiceForAllNamespacesAsync(
                labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items);
        await next.Lease.StopAsync(Token);
    }

    [Fact]
    public async Task Namespaces_that_only_look_like_an_experiments_stay()
    {
        await _view.EnsureNamespaceAsync("plumbline-somebodys");
        await _view.Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = "labelled", Labels = ClusterNames.Labels(
                _id) } }, cancellationToken: Token);
        using ScalerLife life = new(_server);

        Assert.Empty(await life.Sweep.RunAsync(Token));

        Assert.Equal(["labelled"], await NamespacesAsync());
    }

    [Fact]
    public async Task A_worker_holds_the_cluster_while_its_experiment_runs_also_after_a_restart()
    {
        using (ScalerLife first = new(_server, terms: s_short))
        {
            await first.Lease.StartAsync(Token);
            await first.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
            await RefusedForAsync(TimeSpan.FromSeconds(2.5));
            await first.Lease.StopAsync(Token);
        }

        using ScalerLife next = new(_server, terms: s_short);
        await next.Lease.StartAsync(Token);
        await RefusedForAsync(TimeSpan.FromSeconds(2.5));
        await next.Lease.StopAsync(Token);
        Assert.NotNull(await next.Cluster.FindCompleteAsync(_id, Token));
    }

    [Fact]
    public async Task A_dead_workers_cluster_is_taken_over_after_a_reported_wait_and_its_Services_go()
    {
        using (ScalerLife dead = new(_server, terms: s_short))
        {
            await dead.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        }

        Guid other = Guid.NewGuid();
        using ScalerLife life = new(_server, "pipeline-2");
        await life.Cluster.ScaleAsync(ScalerLife.Step(other, 1, 5), Token);

        Assert.Equal([ClusterNames.Namespace(other)], await NamespacesAsync());
        Assert.Contains(life.Progress, each => each.WaitsFor == $"experiment {_id:N} of pipeline pipeline-1");
        await _view.AssertExactlyAsync(ScalerLife.Step(other, 1, 5));
        await life.RemoveAsync(other, Token);
        await _view.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_step_stops_when_another_takes_the_cluster()
    {
        using ScalerLife slow = new(_server, terms: s_short);
        await slow.Lease.StartAsync(Token);
        slow.Node.Behind.Clear();
        slow.Node.Behind.Enqueue(1);
        Task<ServicesScaled> scaling = slow.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        await Waiting.UntilAsync(async () => (await _view.NamesAsync(_id)).Services.Length == 10);
        await ChangeLeaseAsync(spec => spec.HolderIdentity = $"pipeline-2/{Guid.NewGuid():N}");

        ClusterRefusedException lost = await Assert.ThrowsAsync<ClusterRefusedException>(() => scaling);

        Assert.Contains("another experiment took over the cluster", lost.Message, StringComparison.Ordinal);
        await slow.Lease.StopAsync(Token);
    }

    private async Task ChangeLeaseAsync(Action<V1LeaseSpec> change)
    {
        V1Lease lease = await _view.Client.CoordinationV1.ReadNamespacedLeaseAsync(
            ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);
        lease.Metadata.ResourceVersion = null;
        change(lease.Spec);
        await _view.Client.CoordinationV1.ReplaceNamespacedLeaseAsync(
            lease, ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);
    }

    /// <summary>For longer than the Lease lasts without a renewal.</summary>
    private async Task RefusedForAsync(TimeSpan time)
    {
        using ScalerLife other = new(_server, "pipeline-2");
        for (int i = 0; i < time.TotalMilliseconds / 200; i++)
        {
            await Assert.ThrowsAsync<ClusterRefusedException>(
                () => other.Lease.TakeAsync(ScalerLife.Step(Guid.NewGuid(), 1, 1), Token));
            await Task.Delay(200, Token);
        }
    }

    private async Task<string[]> NamespacesAsync() =>
        [.. (await _view.Client.CoreV1.ListNamespaceAsync(
            labelSelector: ClusterNames.ExperimentLabel,
            cancellationToken: Token)).Items.Select(each => each.Metadata.Name)];
}
