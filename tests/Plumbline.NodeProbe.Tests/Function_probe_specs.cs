using Plumbline.Probing.Functions;

namespace Plumbline.NodeProbe.Tests;

/// <summary>The function probe on this machine's kernel, whatever that lets it do; in guests it is Plumbline.Vm.Tests' matter.</summary>
[Trait("Category", "Kernel")]
public sealed class Function_probe_specs
{
    private const int Packets = 500;

    private const Timing Both = Timing.Stage | Timing.Function;

    public static TheoryData<DataPlane> DataPlanes => [DataPlane.IptablesLegacy, DataPlane.IptablesNft, DataPlane.Nftables];

    [Theory]
    [MemberData(nameof(DataPlanes))]
    public async Task Beside_the_stage_probe_it_counts_every_packet_or_says_why_it_cannot(DataPlane dataPlane)
    {
        await using LabHarness lab = await LabHarness.CreateAsync(dataPlane, 20);

        TrialMeasured measured = await lab.MeasureAsync(new OneWayMethod(), Trial(lab, Both));

        // The stages are measured in either case, with packets of their own.
        Assert.Equal((Packets, Packets), (measured.Counts.FirstPackets, measured.Counts.Measured));
        Assert.Equal([Stage.Prerouting, Stage.ForwardPostrouting, Stage.Total], measured.Histograms.Select(each => each.Stage).Where(stage => stage != Stage.RuleFunctions));
        if (Refusal() is { } refusal)
        {
            Assert.Equal((null, refusal, null), (measured.Conditions.FunctionAttachment, measured.Conditions.FunctionAbsent, measured.Functions));
        }
        else
        {
            FunctionMeasurement functions = measured.Functions!;
            Assert.Equal((Packets, 0, 0, 0, 0), (functions.Packets, functions.NotFirstPackets, functions.Unpaired, functions.Lost, functions.Missed));
            Assert.All(functions.Calls, calls => Assert.Equal((KernelRuleFunctions.Of(dataPlane), Packets), (calls.Of.Function, (int)calls.Count)));
        }
    }

    [Fact]
    public async Task Alone_it_measures_or_stops_with_one_line_that_says_why()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(DataPlane.Nftables, 20);
        MeasureTrial trial = Trial(lab, Timing.Function);

        if (Refusal() is { } refusal)
        {
            Assert.Equal(refusal, (await Assert.ThrowsAsync<FunctionProbeException>(() => lab.MeasureAsync(new OneWayMethod(), trial))).Message);
            Assert.DoesNotContain('\n', refusal);
        }
        else
        {
            TrialMeasured measured = await lab.MeasureAsync(new OneWayMethod(), trial);
            Assert.Equal(Stage.RuleFunctions, Assert.Single(measured.Histograms).Stage);
            Assert.Equal(Packets, measured.Counts.Measured);
        }
    }

    [Fact]
    public void Doctor_says_whether_it_can_be_had_and_how_or_why_not()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root for BPF");

        Finding finding = Preflight.CheckKernel().Single(each => each.What == "function probe");

        if (Refusal() is { } refusal)
        {
            Assert.Equal((FindingLevel.Absent, $"cannot be had (--probe function): {refusal}"), (finding.Level, finding.Detail));
        }
        else
        {
            Assert.Equal(FindingLevel.Good, finding.Level);
            Assert.Matches("by (fentry|kprobe)$", finding.Detail);
        }
    }

    private static MeasureTrial Trial(LabHarness lab, Timing probes)
    {
        MeasureTrial trial = lab.Trial(Measure.OneWay, Position.Last, Packets);
        return trial with { Timing = probes, Flows = 2 * trial.Flows };
    }

    /// <summary>Why this kernel cannot have it; null where it can.</summary>
    private static string? Refusal()
    {
        try
        {
            AttachCheck.Demand();
            return null;
        }
        catch (FunctionProbeException exception)
        {
            return exception.Message;
        }
    }
}
