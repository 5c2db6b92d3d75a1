using System.Globalization;
using System.Text;
using Plumbline.DataPlanes;

namespace Plumbline.NodeProbe.Tests;

/// <summary>
/// Somebody changes rules of a lab behind the back of its trials. What is measured must be what the step programmed.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Planted_rule_specs
{
    private const string Target = "10.96.0.10";

    public static TheoryData<string> DataPlanes => ["iptables-legacy", "iptables-nft", "nftables"];

    public static TheoryData<string, string> Iptables => new()
    {
        { "iptables-legacy", "iptables-legacy" },
        { "iptables-nft", "iptables-nft" },
        { "nftables", "iptables-legacy" },
        { "nftables", "iptables-nft" },
        { "iptables-nft", "iptables-legacy" },
        { "no-rules", "iptables-nft" },
        { "no-rules", "iptables-legacy" },
    };

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task What_the_step_programmed_is_trusted_again_and_again(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 100);

        for (int trial = 0; trial < 3; trial++)
        {
            TrialMeasured measured = await lab.MeasureAsync(Position.Last);

            Assert.DoesNotContain(TrialFlag.RulesMoved, measured.Flags);
            Assert.Equal(100, measured.Conditions.Rules);
            Assert.Equal(lab.Programmed.Ruleset, measured.Conditions.Ruleset);
        }
    }

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Rules_that_were_deleted_before_the_first_trial_are_caught_at_every_trial(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 100);
        await DeleteRulesAsync(lab, 90);

        AssertRefused(await lab.MeasureAsync(Position.Last));
        AssertRefused(await lab.MeasureAsync(Position.Last));
    }

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Rules_that_are_deleted_during_a_trial_are_caught_and_no_repeat_accepts_the_rest(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 100);
        Assert.DoesNotContain(TrialFlag.RulesMoved, (await lab.MeasureAsync(Position.Last)).Flags);

        TrialMeasured during = await MeasureWhileAsync(lab, () => DeleteRulesAsync(lab, 90));

        Assert.Contains(TrialFlag.RulesMoved, during.Flags);
        Assert.Contains("the node's ruleset changed during the trial", Remarks(during), StringComparison.Ordinal);
        AssertRefused(await lab.MeasureAsync(Position.Last));
        AssertRefused(await lab.MeasureAsync(Position.Last));
    }

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task The_targets_own_rule_that_was_deleted_gives_no_other_target(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 20);
        await DeleteRulesAsync(lab, 1);

        AssertRefused(await lab.MeasureAsync(Position.First));
    }

    [Theory]
    [MemberData(nameof(Iptables))]
    public async Task Rules_of_others_in_PREROUTING_are_caught(string dataPlane, string iptables)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), Services(dataPlane));
        await AddRulesAsync(lab, iptables, "PREROUTING", 50);

        AssertRefused(await lab.MeasureAsync(Position.Last));
    }

    [Theory]
    [MemberData(nameof(Iptables))]
    public async Task Rules_of_others_that_come_during_a_trial_are_caught(string dataPlane, string iptables)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), Services(dataPlane));

        TrialMeasured during = await MeasureWhileAsync(lab, () => AddRulesAsync(lab, iptables, "PREROUTING", 50));

        Assert.Contains(TrialFlag.RulesMoved, during.Flags);
        AssertRefused(await lab.MeasureAsync(Position.Last));
    }

    [Theory]
    [InlineData("iptables-legacy")]
    [InlineData("iptables-nft")]
    public async Task Rules_of_others_in_KUBE_SERVICES_are_caught(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 100);
        await AddRulesAsync(lab, dataPlane, "KUBE-SERVICES", 50);

        AssertRefused(await lab.MeasureAsync(Position.Last));
    }

    [Theory]
    [InlineData("iptables-nft")]
    [InlineData("nftables")]
    [InlineData("iptables-legacy")]
    [InlineData("no-rules")]
    public async Task A_table_of_somebody_else_is_caught(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), Services(dataPlane));
        await LabHarness.PlantAsync(
            lab.Node.Node,
            "nft",
            "add table ip other { chain c { type filter hook prerouting priority -110; ip saddr 1.2.3.4 return; }; }");

        AssertRefused(await lab.MeasureAsync(Position.Last));
    }

    [Theory]
    [InlineData("iptables-nft", "generation")]
    [InlineData("iptables-legacy", "legacy tables were replaced 2 times")]
    public async Task A_target_that_is_moved_and_moved_back_during_a_trial_is_caught(string dataPlane, string remark)
    {
        Assert.SkipUnless(
            dataPlane != "iptables-legacy" || HasKprobes(),
            "the kernel has no kprobes, which count the changes of legacy tables");
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 10);
        string save = await LabHarness.PlantAsync(lab.Node.Node, $"{dataPlane}-save", "-t", "nat");
        string last = save.Split('\n').Last(line =>
            line.StartsWith("-A KUBE-SERVICES", StringComparison.Ordinal)
            && line.Contains("KUBE-SVC", StringComparison.Ordinal));
        string rule = last["-A KUBE-SERVICES ".Length..];

        TrialMeasured during = await MeasureWhileAsync(lab, async () =>
        {
            await RestoreAsync(lab, dataPlane, $"-D KUBE-SERVICES {rule}\n-I KUBE-SERVICES 1 {rule}\n");
            await RestoreAsync(lab, dataPlane, $"-D KUBE-SERVICES {rule}\n-I KUBE-SERVICES 10 {rule}\n");
        });

        Assert.Contains(TrialFlag.RulesMoved, during.Flags);
        Assert.Contains(remark, Remarks(during), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_element_that_is_deleted_and_added_again_during_a_trial_is_caught()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        const string other = "add element ip kube-proxy service-ips { 10.97.0.1 . udp . 9 : drop }";

        TrialMeasured during = await MeasureWhileAsync(lab, async () =>
        {
            await LabHarness.PlantAsync(lab.Node.Node, "nft", other);
            await LabHarness.PlantAsync(
                lab.Node.Node, "nft", "delete element ip kube-proxy service-ips { 10.97.0.1 . udp . 9 }");
        });

        Assert.Contains(TrialFlag.RulesMoved, during.Flags);
        Assert.Contains("nf_tables generation", Remarks(during), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nftables", "iptables-legacy")]
    [InlineData("iptables-legacy", "iptables-nft")]
    public async Task Rules_in_the_endpoints_namespace_are_caught(string dataPlane, string iptables)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 10);
        await LabHarness.PlantAsync(lab.Node.Endpoints, iptables, "-I", "INPUT", "-s", "1.2.3.4", "-j", "RETURN");

        TrialMeasured measured = await lab.MeasureAsync();

        AssertRefused(measured);
        Assert.Contains("the endpoint's ruleset", Remarks(measured), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("iptables-legacy")]
    [InlineData("iptables-nft")]
    public async Task Rules_in_the_clients_namespace_are_caught(string iptables)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        await LabHarness.PlantAsync(lab.Node.Client, iptables, "-I", "OUTPUT", "-d", "1.2.3.4", "-j", "RETURN");

        AssertRefused(await lab.MeasureAsync());
    }

    [Fact]
    public async Task A_fingerprint_is_the_same_until_a_rule_changes_and_makes_no_table()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        WatchedNamespace node = new("node", lab.Node.Node);

        RulesetFingerprint first = await RulesetFingerprint.ReadAsync(node);
        RulesetFingerprint second = await RulesetFingerprint.ReadAsync(node);

        Assert.Equal(first, second);
        Assert.Equal("none", first.Legacy);
        Assert.Empty(await lab.Node.Node.RunAsync(() => Linux.LegacyTables.Names()));
    }

    private static bool HasKprobes() => File.ReadLines("/proc/kallsyms")
        .Any(line => line.EndsWith(" register_kprobe", StringComparison.Ordinal));

    private static int Services(string dataPlane) => dataPlane == "no-rules" ? 0 : 100;

    private static void AssertRefused(TrialMeasured measured)
    {
        Assert.Equal([TrialFlag.RulesMoved], measured.Flags);
        Assert.Equal(0, measured.Counts.Sent);
        Assert.Contains("is not the one that the step programmed", Remarks(measured), StringComparison.Ordinal);
    }

    private static string Remarks(TrialMeasured measured) => string.Join("; ", measured.Remarks);

    /// <summary>Measures for seconds, and does something in the middle.</summary>
    private static async Task<TrialMeasured> MeasureWhileAsync(LabHarness lab, Func<Task> change)
    {
        Task<TrialMeasured> measuring = lab.MeasureAsync(Position.First, packets: 6_000, ratePps: 2_000);
        long before = await SentAsync(lab);
        while (await SentAsync(lab) < before + 1_000 && !measuring.IsCompleted)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        await change();
        Assert.False(measuring.IsCompleted, "the change came too late to be during the trial");
        return await measuring;
    }

    private static async Task<long> SentAsync(LabHarness lab) => long.Parse(
        await LabHarness.PlantAsync(lab.Node.Client, "cat", "/sys/class/net/eth0/statistics/tx_packets"),
        CultureInfo.InvariantCulture);

    private static Task AddRulesAsync(LabHarness lab, string iptables, string chain, int rules)
    {
        StringBuilder lines = new();
        for (int i = 0; i < rules; i++)
        {
            lines.Append(CultureInfo.InvariantCulture, $"-I {chain} 1 -s 1.2.3.4 -p tcp --dport {i + 1} -j RETURN\n");
        }

        return RestoreAsync(lab, iptables, lines.ToString());
    }

    private static async Task DeleteRulesAsync(LabHarness lab, int rules)
    {
        if (lab.Node.DataPlane == Planes.Nftables)
        {
            IEnumerable<string> elements = Enumerable.Range(0, rules)
                .Select(i => $"{ClusterIp(i)} . tcp . 7000");
            await LabHarness.PlantAsync(
                lab.Node.Node, "nft", $"delete element ip kube-proxy service-ips {{ {string.Join(", ", elements)} }}");
            return;
        }

        string lines = string.Concat(Enumerable.Repeat("-D KUBE-SERVICES 1\n", rules));
        await RestoreAsync(lab, lab.Node.DataPlane.Name, lines);
    }

    private static Task RestoreAsync(LabHarness lab, string iptables, string lines) => Linux.Tool.RunAsync(
        lab.Node.Node,
        $"{iptables}-restore",
        ["--noflush"],
        writer => writer.Write($"*nat\n{lines}COMMIT\n"),
        TestContext.Current.CancellationToken);

    private static string ClusterIp(int service) =>
        Ipv4.Format(Ipv4.Parse(Target) + (uint)service);
}
