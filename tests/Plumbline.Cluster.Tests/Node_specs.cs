using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>What is said of each node when a step stands.</summary>
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
        _life = new ScalerLife(_server, rules: new RulesPatience { FirstPause = TimeSpan.FromMilliseconds(5), Standstill = TimeSpan.FromMilliseconds(500) });
    }

    public async ValueTask DisposeAsync()
    {
        await _life.RemoveAsync(_id, CancellationToken.None);
        _life.Dispose();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Each_node_has_its_place_its_rules_and_its_time_and_the_next_life_knows_them_still()
    {
        _life.Node.KubeProxy = new KubeProxyReading { Mode = "nftables", Version = "v1.36.2", Syncs = 7 };

        ServicesScaled scaled = await _life.Cluster.ScaleAsync(Step(20), Token);

        Assert.Equal(["node-1", "node-2"], scaled.Nodes.Select(each => each.Node.Node));
        Assert.Equal(["10.244.0.128/26", "10.244.1.128/26"], scaled.Nodes.Select(each => each.Node.SourcePrefix));
        Assert.All(scaled.Nodes, each =>
        {
            Assert.Equal(("10.244.0.11", 7001, ClusterNames.Namespace(_id)), (each.Node.EndpointIp, each.Node.EndpointPort, each.Node.ServiceNamespace));
            Assert.Equal((DataPlane.Nftables, 20, 22, 7L), (each.DataPlane, each.Rules, each.AllRules, each.KubeProxy!.Syncs));
            Assert.True(each.ProgrammingNs > 0);
            Assert.Empty(each.Remarks);
        });
        Assert.Equal("kube-proxy v1.36.2", Assert.Single(scaled.DataPlanes).Tool);
        Assert.Equal(scaled.Nodes.Select(each => each.Node), (await _life.Cluster.FindStandingAsync(_id, Token))!.Nodes.Select(each => each.Node));
    }

    [Fact]
    public async Task A_mode_that_the_kernel_contradicts_is_remarked_on_and_the_kernel_is_believed()
    {
        _life.Node.KubeProxy = new KubeProxyReading { Mode = "iptables" };

        ServicesScaled scaled = await _life.Cluster.ScaleAsync(Step(5), Token);

        Assert.All(scaled.Nodes, each => Assert.Equal(
            (DataPlane.Nftables, "kube-proxy says that its mode is iptables, but Services' rules in the kernel are of nftables"), (each.DataPlane, Assert.Single(each.Remarks))));
    }

    [Fact]
    public async Task A_step_is_ready_only_when_the_newest_Service_is_answered()
    {
        _life.Node.Unanswered = 3;

        await _life.Cluster.ScaleAsync(Step(5), Token);

        Assert.True(_life.Node.Questions.Count >= 5);
        Assert.All(_life.Node.Questions, each => Assert.NotNull(each.Newest));
    }

    [Fact]
    public async Task A_newest_Service_that_nobody_answers_fails_the_step_with_what_to_look_at()
    {
        _life.Node.Unanswered = int.MaxValue;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => _life.Cluster.ScaleAsync(Step(5), Token));

        Assert.Contains("has all 5 rules, but nobody answers through the newest Service", failure.Message, StringComparison.Ordinal);
        Assert.Contains("can pods of that node reach the echo worker", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_on_which_no_probe_answers_is_refused_by_name()
    {
        await using ServiceProvider services = new ServiceCollection().AddMassTransitTestHarness().BuildServiceProvider(validateScopes: true);
        ITestHarness harness = services.GetRequiredService<ITestHarness>();
        await harness.Start();
        NodeProbeRules rules = new(harness.Bus.CreateClientFactory(), TimeSpan.FromMilliseconds(200));

        ClusterRefusedException refusal = await Assert.ThrowsAsync<ClusterRefusedException>(() => rules.ReadAsync(["node-7"], Token));

        Assert.StartsWith("node node-7: no node probe answers there", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("PLUMBLINE_PROBE__NODE=node-7", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_is_silent_is_asked_again_at_a_later_step_and_refused_at_the_first()
    {
        _life.Node.Silent = 1;
        await Assert.ThrowsAsync<ClusterRefusedException>(() => _life.Cluster.ScaleAsync(Step(5) with { Step = 0 }, Token));

        _life.Node.Silent = 2;
        ServicesScaled scaled = await _life.Cluster.ScaleAsync(Step(5), Token);

        Assert.Equal(2, scaled.Nodes.Count);
    }

    private ScaleStep Step(int services) => ScalerLife.Step(_id, 1, services) with { Nodes = ["node-1", "node-2"] };
}
