using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>What a complete step reports about each node.</summary>
public sealed class Node_specs : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;
    private ScalerLife _life = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync();
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(1);
        await _view.EnsureNodeAsync("node-2", "10.244.1.0/24");
        _life = new ScalerLife(
            _server,
            rules: new RulesPatience { FirstPause = TimeSpan.FromMilliseconds(
                5), Standstill = TimeSpan.FromMilliseconds(500) });
    }

    public async ValueTask DisposeAsync()
    {
        await _life.RemoveAsync(_id, CancellationToken.None);
        _life.Dispose();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Each_nodes_addresses_rules_and_time_are_reported_also_after_a_restart()
    {
        _life.Node.KubeProxy = new KubeProxyReading { Mode = "nftables", Version = "v1.36.2", Syncs = 7 };

        ServicesScaled scaled = await _life.Cluster.ScaleAsync(Step(20), Token);

        Assert.Equal(["node-1", "node-2"], scaled.Nodes.Select(each => each.Node.Name));
        Assert.Equal(["10.244.0.128/26", "10.244.1.128/26"], scaled.Nodes.Select(each => each.Node.SourcePrefix));
        Assert.All(scaled.Nodes, each =>
        {
            Assert.Equal(
                ("10.244.0.11", 7001, ClusterNames.Namespace(_id)),
                (each.Node.EndpointIp, each.Node.EndpointPort, each.Node.ServiceNamespace));
            Assert.Equal(
                (Planes.Nftables, 20, 22, 7L), (each.DataPlane, each.Rules, each.AllRules, each.KubeProxy!.Syncs));
            Assert.True(each.ProgrammingNs > 0);
            Assert.Empty(each.Remarks);
        });
        Assert.Equal("kube-proxy v1.36.2", Assert.Single(scaled.DataPlanes).Tool);
        Assert.Equal(
            scaled.Nodes.Select(each => each.Node),
            (await _life.Cluster.FindCompleteAsync(_id, Token))!.Nodes.Select(each => each.Node));
    }

    [Fact]
    public async Task When_kube_proxy_contradicts_the_kernel_the_kernel_counts_and_a_remark_is_made()
    {
        _life.Node.KubeProxy = new KubeProxyReading { Mode = "iptables" };

        ServicesScaled scaled = await _life.Cluster.ScaleAsync(Step(5), Token);

        Assert.All(scaled.Nodes, each => Assert.Equal(
            (Planes.Nftables, "kube-proxy reports the mode iptables, but the kernel's Service rules are nftables"),
            (each.DataPlane, Assert.Single(each.Remarks))));
    }

    [Fact]
    public async Task A_step_is_complete_only_when_the_newest_Service_answers()
    {
        _life.Node.Unanswered = 3;

        await _life.Cluster.ScaleAsync(Step(5), Token);

        Assert.True(_life.Node.Questions.Count >= 5);
        Assert.All(_life.Node.Questions, each => Assert.NotNull(each.Newest));
    }

    [Fact]
    public async Task A_newest_Service_without_answer_fails_the_step_with_what_to_check()
    {
        _life.Node.Unanswered = int.MaxValue;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => _life.Cluster.ScaleAsync(Step(5), Token));

        Assert.Contains(
            "has all 5 rules, but for 0 s nothing has answered through the newest Service",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Contains("can pods of that node reach the echo worker", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_an_answering_node_probe_is_refused_by_name()
    {
        await using ServiceProvider services = new ServiceCollection().AddMassTransitTestHarness()
            .BuildServiceProvider(validateScopes: true);
        ITestHarness harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        NodeQuestions rules = new(harness.Bus.CreateClientFactory(), TimeSpan.FromMilliseconds(200));

        ClusterRefusedException refusal = await Assert.ThrowsAsync<ClusterRefusedException>(
            () => rules.ReadAsync(["node-7"], Token));

        Assert.StartsWith("node node-7: no node-probe answered within 0 s", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("PLUMBLINE_PROBE__NODE=node-7", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_node_is_refused_at_the_first_step_and_asked_again_at_a_later_one()
    {
        _life.Node.Silent = 1;
        await Assert.ThrowsAsync<ClusterRefusedException>(
            () => _life.Cluster.ScaleAsync(Step(5) with { Step = 0 }, Token));

        _life.Node.Silent = 2;
        ServicesScaled scaled = await _life.Cluster.ScaleAsync(Step(5), Token);

        Assert.Equal(2, scaled.Nodes.Count);
    }

    private ScaleStep Step(int services) => ScalerLife.Step(_id, 1, services) with { Nodes = ["node-1", "node-2"] };
}
