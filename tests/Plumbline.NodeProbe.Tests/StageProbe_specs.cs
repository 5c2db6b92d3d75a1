namespace Plumbline.NodeProbe.Tests;

[Trait("Category", "Kernel")]
public sealed class StageProbe_specs
{
    public static TheoryData<string> DataPlanes => ["iptables-legacy", "iptables-nft", "nftables"];

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Every_packet_sent_is_a_first_packet_and_is_measured_and_translated(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 50);

        TrialMeasured measured = await lab.MeasureAsync(Position.Last);

        Assert.Equal(50, lab.Programmed.Rules);
        Assert.Equal(500, measured.Counts.Sent);
        Assert.Equal(500, measured.Counts.Arrived);
        Assert.Equal(500, measured.Counts.FirstPackets);
        Assert.Equal(500, measured.Counts.Translated);
        Assert.Equal(500, measured.Counts.Measured);
        Assert.Equal(0, measured.Counts.Unaccounted);
        Assert.Equal(49, measured.Conditions.TargetIndex);
        Assert.Equal(50, measured.Conditions.Rules);
        Assert.Empty(measured.Faults());
    }

    [Fact]
    public async Task A_baseline_has_no_conntrack_entries_and_measures_what_the_probe_costs()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.NoRules, 0);

        TrialMeasured measured = await lab.MeasureAsync();

        Assert.Equal(500, measured.Counts.Untracked);
        Assert.Equal(500, measured.Counts.Measured);
        KernelProbeReport report = Assert.Single(measured.Probes);
        Assert.Equal("stage", report.Probe);
        Assert.InRange(report.Cost!.RunNs!.Value, 1, 10_000);
        Assert.InRange(report.Cost.RunsPerPacket!.Value, 4, 100);
        Assert.Null(measured.Conditions.TargetIndex);
    }

    [Fact]
    public async Task The_stages_of_each_packet_add_up_to_the_whole()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);

        TrialMeasured measured = await lab.MeasureAsync();

        IReadOnlyList<NamedHistogram> stages = measured.Histograms;
        Assert.Equal(["prerouting", "forward-postrouting", "total"], stages.Select(each => each.Name));
        Assert.Equal(stages[2].SumNs, stages[0].SumNs + stages[1].SumNs);
        Assert.All(stages, each => Assert.Equal(each.Count, each.Buckets.Sum(bucket => bucket.Count)));
        Assert.All(stages, each => Assert.InRange(each.MinNs, 1, each.SumNs / each.Count));
        Assert.All(stages, each => Assert.InRange(each.MaxNs, each.SumNs / each.Count, long.MaxValue));
    }

    [Fact]
    public async Task Each_trial_counts_packets_that_another_one_overtook()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);

        KernelProbeReport report = Assert.Single((await lab.MeasureAsync()).Probes);

        Assert.Equal(("stage", 0, null), (report.Probe, report.Counts[StageCounts.Superseded], report.Cost));
    }

    [Fact]
    public async Task Random_targets_are_spread_over_the_Services()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesLegacy, 20);

        TrialMeasured measured = await lab.MeasureAsync(Position.Random, packets: 2_000);

        // Some of the 2,100 packets matched each Service's rule, as the rules' counters show.
        string save = await lab.OnNodeAsync("iptables-legacy-save", "-c", "-t", "nat");
        Assert.DoesNotContain(save.Split('\n'), line =>
            line.StartsWith("[0:0] -A KUBE-SERVICES", StringComparison.Ordinal)
            && line.Contains("-j KUBE-SVC", StringComparison.Ordinal));
        Assert.Equal(2_000, measured.Counts.Translated);
    }

    [Fact]
    public async Task Dropped_packets_are_counted_by_the_kernels_reason()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesLegacy, 10);
        await lab.OnNodeAsync(
            "iptables-legacy",
            ["-I", "FORWARD", .. "-p tcp --syn -m statistic --mode nth --every 10 --packet 0 -j DROP".Split(' ')]);

        TrialMeasured measured = await lab.MeasureAsync(packets: 1_000);

        (string reason, long count) = Assert.Single(measured.Counts.LostByReason);
        Assert.Contains("NETFILTER_DROP", reason, StringComparison.Ordinal);
        Assert.Equal(100, count);
        Assert.Equal(900, measured.Counts.Measured);
        Assert.Equal(0, measured.Counts.Unaccounted);
        Assert.Contains(TrialFlag.PacketsLost, measured.Flags);
    }

    [Fact]
    public async Task The_stage_probe_leaves_no_program_in_the_kernel()
    {
        await using (LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 1))
        {
            await lab.MeasureAsync();
        }

        // The kernel frees programs a moment after they are detached.
        await Task.Delay(500, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(
            Directory.EnumerateFiles("/proc/self/fdinfo"),
            file => ReadOrEmpty(file).Contains("prog_id", StringComparison.Ordinal));

        static string ReadOrEmpty(string file)
        {
            try
            {
                return File.ReadAllText(file);
            }
            catch (IOException)
            {
                return "";
            }
        }
    }

    [Fact]
    public void Check_loads_everything_and_says_what_the_kernel_offers()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root for BPF");

        IReadOnlyList<Finding> findings = Preflight.CheckKernel();

        Assert.DoesNotContain(findings, finding => finding.Level == FindingLevel.Blocking);
        Assert.Equal(FindingLevel.Good, findings.Single(finding => finding.What == "stage probe").Level);
        Assert.Contains(findings, finding => finding.What == "BPF trampolines");
        Assert.Contains(findings, finding => finding.What == "kprobes");
    }
}
