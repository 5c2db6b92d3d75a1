using Plumbline.DataPlanes;
using Plumbline.Probing;
using Plumbline.Probing.Functions;

namespace Plumbline.NodeProbe.Tests;

/// <summary>
/// The function probe on this machine's kernel, whether that accepts it or not. Plumbline.Vm.Tests test it in guests.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Function_probe_specs
{
    private const int Packets = 500;

    private const Timing Both = Timing.Stage | Timing.Function;

    public static TheoryData<string> DataPlanes => ["iptables-legacy", "iptables-nft", "nftables"];

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Beside_the_stage_probe_it_counts_every_packet_or_says_why_it_cannot(string dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(new DataPlane(dataPlane), 20);

        TrialMeasured measured = await lab.MeasureAsync(new OneWayMethod(), Trial(lab, Both));

        // The stages have packets of their own, so they are measured either way.
        Assert.Equal((Packets, Packets), (measured.Counts.FirstPackets, measured.Counts.Measured));
        string[] stages = ["prerouting", "forward-postrouting", "total"];
        Assert.Equal(["stage", "function"], measured.Probes.Select(each => each.Probe));
        KernelProbeReport report = measured.Probes[1];
        if (Refusal() is { } refusal)
        {
            Assert.Equal(stages, measured.Histograms.Select(each => each.Name));
            Assert.Equal((null, refusal), (report.Attachment, report.Absent));
            Assert.Empty(report.Counts);
            Assert.Empty(report.Details);
        }
        else
        {
            Assert.Equal([.. stages, "rule-functions"], measured.Histograms.Select(each => each.Name));
            Assert.Null(report.Absent);
            Assert.NotNull(report.AddsNs);
            AssertComplete(report, KnownDataPlanes.Of(new DataPlane(dataPlane)).EvaluatedBy!.Value);
        }
    }

    [Fact]
    public async Task Alone_it_measures_or_fails_with_one_line_that_says_why()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 20);
        MeasureTrial trial = Trial(lab, Timing.Function);

        if (Refusal() is { } refusal)
        {
            Exception failure = await Assert.ThrowsAsync<ProbeUnavailableException>(
                () => lab.MeasureAsync(new OneWayMethod(), trial));
            Assert.Equal(refusal, failure.Message);
            Assert.DoesNotContain('\n', refusal);
        }
        else
        {
            TrialMeasured measured = await lab.MeasureAsync(new OneWayMethod(), trial);
            Assert.Equal("rule-functions", Assert.Single(measured.Histograms).Name);
            Assert.Equal(Packets, measured.Counts.Measured);
            AssertComplete(Assert.Single(measured.Probes), RuleFunction.NftDoChain);
        }
    }

    [Fact]
    public void Doctor_says_how_it_would_be_attached_or_why_not()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root for BPF");

        Finding finding = Preflight.CheckKernel().Single(each => each.What == "function probe");

        if (Refusal() is { } refusal)
        {
            Assert.Equal(
                (FindingLevel.Absent, $"not available (--timing function): {refusal}"),
                (finding.Level, finding.Detail));
        }
        else
        {
            Assert.Equal(FindingLevel.Good, finding.Level);
            Assert.Matches("by (fentry|kprobe)$", finding.Detail);
        }
    }

    [Fact]
    public async Task A_baseline_calibrates_it_on_empty_chains_or_says_why_it_cannot()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.NoRules, 0);

        TrialMeasured measured = await lab.MeasureAsync(new OneWayMethod(), Trial(lab, Both));

        Assert.Equal((Packets, Packets), (measured.Counts.Untracked, measured.Counts.Measured));
        Assert.Equal(["stage", "function"], measured.Probes.Select(each => each.Probe));
        Assert.NotNull(measured.Probes[0].Cost);
        if (Refusal() is { } refusal)
        {
            Assert.Equal((refusal, null), (measured.Probes[1].Absent, measured.Probes[1].Cost));
        }
        else
        {
            Assert.InRange(measured.Probes[1].Cost!.Programs.Count, 5, 20);
            Assert.NotNull(measured.Probes[1].AddsNs);
        }
    }

    /// <summary>Every packet is in every chain of its way once, and no call is missing.</summary>
    private static void AssertComplete(KernelProbeReport report, RuleFunction function)
    {
        Assert.Equal(
            new Dictionary<string, long>
            {
                [FunctionCounts.Packets] = Packets,
                [FunctionCounts.NotFirstPackets] = 0,
                [FunctionCounts.Unpaired] = 0,
                [FunctionCounts.Lost] = 0,
                [FunctionCounts.Missed] = 0,
            },
            report.Counts);
        Assert.NotEmpty(report.Details);
        Assert.All(report.Details, calls =>
        {
            Assert.StartsWith(function.WireName(), calls.Name, StringComparison.Ordinal);
            Assert.Equal(Packets, calls.Count);
        });
    }

    private static MeasureTrial Trial(LabHarness lab, Timing timing)
    {
        MeasureTrial trial = lab.Trial(Measure.OneWay, Position.Last, Packets);
        return trial with { Timing = timing, Flows = 2 * trial.Flows };
    }

    /// <summary>Why this kernel refuses it; null when it does not.</summary>
    private static string? Refusal()
    {
        try
        {
            AttachCheck.Demand();
            return null;
        }
        catch (ProbeUnavailableException exception)
        {
            return exception.Message;
        }
    }
}
