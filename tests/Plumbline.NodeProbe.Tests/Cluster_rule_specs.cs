using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.DataPlanes.Tests;
using Plumbline.Paths.Cluster;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tests;

/// <summary>On a cluster's node others change rules: between trials they may, during one they void it.</summary>
[Trait("Category", "Kernel")]
public sealed class Cluster_rule_specs
{
    private static readonly OneWayMethod s_method = new();
    private static readonly IPEndPoint s_nobody = new(IPAddress.Loopback, 1);

    private readonly Guid _id = Guid.NewGuid();
    private int _trial;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SavedRules.IptablesLegacy, "iptables-legacy")]
    [InlineData(SavedRules.IptablesNft, "iptables-nft")]
    public async Task A_rule_that_moves_to_the_end_between_trials_is_the_next_trials_last(
        string saved, string dataPlane)
    {
        await using NodeStandIn node = await Cluster_node_specs.LoadedAsync(saved);
        using TrialRunner runner = Runner(node, s_nobody);
        TrialMeasured before = await runner.RunAsync(Trial(dataPlane), s_method, Token);
        string rule = await OnNodeAsync(node, dataPlane, "-t", "nat", "-S", "KUBE-SERVICES", "1");

        await node.LoadAsync(
            $"{dataPlane}-restore --noflush",
            $"*nat\n-D KUBE-SERVICES 1\n{rule.Trim()}\nCOMMIT\n");
        TrialMeasured after = await runner.RunAsync(Trial(dataPlane), s_method, Token);

        Assert.DoesNotContain(TrialFlag.RulesMoved, (TrialFlag[])[.. before.Flags, .. after.Flags]);
        Assert.NotEqual(before.Conditions.Ruleset, after.Conditions.Ruleset);
        Assert.NotEqual(before.Conditions.TargetIndex, after.Conditions.TargetIndex);
        Assert.Equal(Cluster_node_specs.Rules - 1, after.Conditions.TargetIndex);
    }

    [Theory]
    [InlineData("no-rules")]
    [InlineData("iptables-nft")]
    public async Task A_rule_of_anybody_that_comes_during_a_trial_voids_it_and_a_baseline_too(string dataPlane)
    {
        await using NodeStandIn node = await Cluster_node_specs.LoadedAsync(SavedRules.IptablesNft);
        using TrialRunner runner = Runner(node, s_nobody);
        MeasureTrial trial = Trial(dataPlane) with { Packets = 6_000, RatePps = 2_000, Flows = 20_000 };

        Task<TrialMeasured> measuring = runner.RunAsync(trial, s_method, Token);
        await Task.Delay(TimeSpan.FromSeconds(0.5), Token);
        while (!measuring.IsCompleted)
        {
            await OnNodeAsync(node, "iptables-nft", "-A", "INPUT", "-s", "1.2.3.4", "-j", "ACCEPT");
        }

        Assert.Contains(TrialFlag.RulesMoved, (await measuring).Flags);
        Assert.DoesNotContain(TrialFlag.RulesMoved, (await runner.RunAsync(Trial(dataPlane), s_method, Token)).Flags);
    }

    [Theory]
    [InlineData("no-rules")]
    [InlineData("nftables")]
    public async Task A_sync_of_kube_proxy_during_a_trial_voids_it_and_a_baseline_too(string dataPlane)
    {
        await using NodeStandIn node = await Cluster_node_specs.LoadedAsync(SavedRules.Nftables136);
        using HttpListener kubeProxy = new();
        int port = Ports.Free();
        kubeProxy.Prefixes.Add($"http://127.0.0.1:{port}/");
        kubeProxy.Start();
        _ = SyncAtEveryLookAsync(kubeProxy);
        using TrialRunner runner = Runner(node, new IPEndPoint(IPAddress.Loopback, port));

        TrialMeasured measured = await runner.RunAsync(Trial(dataPlane), s_method, Token);

        Assert.Contains(TrialFlag.RulesMoved, measured.Flags);
        Assert.Contains(measured.Remarks, each => each.Contains("kube-proxy synced", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_number_of_the_experiments_rules_than_the_step_made_is_flagged()
    {
        await using NodeStandIn node = await Cluster_node_specs.LoadedAsync(SavedRules.IptablesNft);
        using TrialRunner runner = Runner(node, s_nobody);

        // All but that of default/kubernetes.
        TrialMeasured right = await runner.RunAsync(
            Trial("iptables-nft") with { ExpectedRules = Cluster_node_specs.Rules - 1 }, s_method, Token);
        TrialMeasured wrong = await runner.RunAsync(
            Trial("iptables-nft") with { ExpectedRules = 99 }, s_method, Token);

        Assert.DoesNotContain(TrialFlag.RulesMoved, right.Flags);
        Assert.Contains(TrialFlag.RulesMoved, wrong.Flags);
        Assert.Contains("the step programmed 99 Service rules and the kernel holds 6", wrong.Remarks);
    }

    [Fact]
    public async Task Rules_of_others_are_a_condition_and_no_flag()
    {
        await using NodeStandIn node = await Cluster_node_specs.LoadedAsync(SavedRules.IptablesNft);
        await OnNodeAsync(node, "iptables-nft", "-t", "mangle", "-A", "PREROUTING", "-s", "1.2.3.4", "-j", "RETURN");
        await OnNodeAsync(node, "iptables-legacy", "-t", "raw", "-A", "PREROUTING", "-s", "1.2.3.4", "-j", "RETURN");
        await OnNodeAsync(node, "iptables-legacy", "-t", "raw", "-A", "OUTPUT", "-s", "1.2.3.4", "-j", "RETURN");
        using TrialRunner runner = Runner(node, s_nobody);

        TrialMeasured measured = await runner.RunAsync(Trial("iptables-nft"), s_method, Token);

        Assert.DoesNotContain(TrialFlag.RulesMoved, measured.Flags);
        Assert.Equal(
            (2, "1 in legacy table raw, 1 in table ip mangle"),
            (measured.Conditions.ForeignRules, measured.Conditions.ForeignRulesWords));
    }

    private static TrialRunner Runner(NodeStandIn node, IPEndPoint kubeProxy)
    {
        ClusterNodeAccess access = new(node.Node, 'o', new KubeProxyMetrics(Linux.NetworkNamespace.Own, kubeProxy));
        return new TrialRunner(access, TimeProvider.System, NullLogger<TrialRunner>.Instance);
    }

    private static async Task SyncAtEveryLookAsync(HttpListener kubeProxy)
    {
        for (int syncs = 1; kubeProxy.IsListening; syncs++)
        {
            HttpListenerContext look = await kubeProxy.GetContextAsync();
            string name = "kubeproxy_sync_proxy_rules_duration_seconds_count";
            byte[] metrics = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{name} {syncs}\n"));
            await look.Response.OutputStream.WriteAsync(metrics, Token);
            look.Response.Close();
        }
    }

    private static Task<string> OnNodeAsync(NodeStandIn node, string tool, params string[] arguments) =>
        Linux.Tool.RunAsync(node.Node, tool, arguments, token: Token);

    private MeasureTrial Trial(string dataPlane)
    {
        bool isBaseline = dataPlane == DataPlane.NoRules.Name;
        MeasureTrial trial =
            Cluster_node_specs.Trial(_id, new DataPlane(dataPlane), isBaseline ? Position.None : Position.Last);
        return trial with { Key = trial.Key with { Trial = ++_trial }, FirstFlow = 20_000L * _trial };
    }
}
