using k8s.Models;
using k8s;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>Services are exactly the desired ones, on any API server.</summary>
public abstract class Scaling_suite : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ITestedApiServer _server = null!;
    private ClusterView _view = null!;
    private ScalerLife _life = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await StartServerAsync();
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(2);
        _life = new ScalerLife(_server);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _life.RemoveAsync(_id, CancellationToken.None);
            await _view.AssertNothingLeftAsync();
            _life.Dispose();
            _view.Dispose();
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Services_are_exactly_100_then_1000_or_10000_then_100_then_none()
    {
        int many = Fault_specs.IsAllAsked ? 10_000 : 1_000;
        foreach ((int step, int services) in ((int, int)[])[(1, 100), (2, many), (3, 100), (4, 0)])
        {
            ServicesScaled scaled = await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, step, services), Token);

            Assert.Equal(
                (step, services, services),
                (scaled.Step, scaled.DataPlanes.Single().Cell.Services, scaled.DataPlanes.Single().Rules));
            await _view.AssertExactlyAsync(ScalerLife.Step(_id, step, services));
        }
    }

    [Fact]
    public async Task Two_ports_per_Service_are_two_rules_and_the_answer_has_both_numbers()
    {
        ScaleStep step = ScalerLife.Step(_id, 1, 50) with { PortsPerService = 2, EndpointsPerService = 2 };

        ProgrammedDataPlane programmed = (await _life.Cluster.ScaleAsync(step, Token)).DataPlanes.Single();

        Assert.Equal((50, 100), (programmed.Cell.Services, programmed.Rules));
        V1Service service = await _view.Client.CoreV1.ReadNamespacedServiceAsync(
            "target-00007", ClusterNames.Namespace(_id), cancellationToken: Token);
        Assert.Equal(
            ["tcp TCP 7000", "udp UDP 7000"],
            service.Spec.Ports.Select(port => $"{port.Name} {port.Protocol} {port.Port}"));
        V1EndpointSlice slice = await _view.Client.DiscoveryV1.ReadNamespacedEndpointSliceAsync(
            "target-00007", ClusterNames.Namespace(_id), cancellationToken: Token);
        Assert.Equal(["10.244.0.11", "10.244.0.12"], slice.Endpoints.SelectMany(endpoint => endpoint.Addresses));
        Assert.All(slice.Ports, port => Assert.Equal(7001, port.Port));
    }

    [Fact]
    public async Task The_next_step_corrects_what_others_have_changed_removed_or_added()
    {
        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 30), Token);
        string name = ClusterNames.Namespace(_id);
        await _view.Client.CoreV1.DeleteNamespacedServiceAsync("target-00003", name, cancellationToken: Token);
        await _view.Client.DiscoveryV1.DeleteNamespacedEndpointSliceAsync(
            "target-00004", name, cancellationToken: Token);
        V1Service changed = await _view.Client.CoreV1.ReadNamespacedServiceAsync(
            "target-00005", name, cancellationToken: Token);
        changed.Spec.Ports[0].Port = 99;
        await _view.Client.CoreV1.ReplaceNamespacedServiceAsync(
            changed, "target-00005", name, cancellationToken: Token);
        V1Service foreign = new()
        {
            Metadata = new V1ObjectMeta { Name = "foreign" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 1 }] },
        };
        await _view.Client.CoreV1.CreateNamespacedServiceAsync(foreign, name, cancellationToken: Token);

        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 2, 31), Token);

        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 2, 31));
        Assert.Equal(
            7000,
            (await _view.Client.CoreV1.ReadNamespacedServiceAsync(
                "target-00005", name, cancellationToken: Token)).Spec.Ports[0].Port);
    }

    [Fact]
    public async Task A_complete_step_is_known_after_a_restart()
    {
        ServicesScaled scaled = await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 3, 20), Token);
        using ScalerLife next = new(_server);

        ServicesScaled? complete = await next.Cluster.FindCompleteAsync(_id, Token);

        Assert.Equal((3, scaled.DataPlanes.Single()), (complete?.Step, complete?.DataPlanes.Single()));
        Assert.Null(await next.Cluster.FindCompleteAsync(Guid.NewGuid(), Token));
    }

    [Fact]
    public async Task An_interrupted_step_is_not_complete_and_continues_after_a_restart()
    {
        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 20), Token);
        using CancellationTokenSource kill = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _life.Node.Behind.Clear();
        _life.Node.Behind.Enqueue(1);
        Task<ServicesScaled> cutOff = _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 2, 300), kill.Token);
        await Waiting.UntilAsync(async () => (await _view.NamesAsync(_id)).Services.Length > 100);
        await kill.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cutOff);
        Assert.Null(await _life.Cluster.FindCompleteAsync(_id, Token));

        using ScalerLife next = new(_server);
        await next.Cluster.ScaleAsync(ScalerLife.Step(_id, 2, 300), Token);

        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 2, 300));
    }

    [Fact]
    public async Task Nothing_outside_the_experiments_namespace_changes()
    {
        V1Service own = new()
        {
            Metadata = new V1ObjectMeta { Name = "target-00001" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 80 }] },
        };
        await _view.EnsureNamespaceAsync("somebodys");
        await _view.Client.CoreV1.CreateNamespacedServiceAsync(own, "somebodys", cancellationToken: Token);

        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        await _life.RemoveAsync(_id, Token);

        Assert.Equal(
            80,
            (await _view.Client.CoreV1.ReadNamespacedServiceAsync(
                "target-00001", "somebodys", cancellationToken: Token)).Spec.Ports[0].Port);
        await _view.Client.CoreV1.DeleteNamespacedServiceAsync("target-00001", "somebodys", cancellationToken: Token);
    }

    [Fact]
    public async Task Removing_an_experiment_that_was_never_made_or_is_gone_succeeds()
    {
        await _life.RemoveAsync(_id, Token);
        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 5), Token);
        await _life.RemoveAsync(_id, Token);
        await _life.RemoveAsync(_id, Token);
        await _view.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task An_experiment_that_starts_removes_leftovers()
    {
        Guid earlier = Guid.NewGuid();
        await _life.Cluster.ScaleAsync(ScalerLife.Step(earlier, 1, 20), Token);
        await _life.Lease.ReleaseAsync(earlier, Token);

        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);

        Assert.Empty((await _view.NamesAsync(earlier)).Services);
        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, 10));
    }

    [Fact]
    public async Task A_cluster_that_another_pipelines_experiment_holds_is_refused_until_that_ends()
    {
        Guid other = Guid.NewGuid();
        using ScalerLife others = new(_server, "pipeline-2");
        await others.Lease.StartAsync(Token);
        await others.Cluster.ScaleAsync(ScalerLife.Step(other, 1, 10), Token);

        ClusterRefusedException refused = await Assert.ThrowsAsync<ClusterRefusedException>(
            () => _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token));

        Assert.Contains(
            $"held by experiment {other:N} of pipeline pipeline-2", refused.Message, StringComparison.Ordinal);
        Assert.Empty((await _view.NamesAsync(_id)).Services);
        await others.RemoveAsync(other, Token);
        await others.Lease.StopAsync(Token);
        await _life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, 10));
    }

    private protected abstract Task<ITestedApiServer> StartServerAsync();
}
