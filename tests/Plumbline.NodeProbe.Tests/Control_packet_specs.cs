using System.Diagnostics;
using System.Globalization;
using Plumbline.Trials;
using Plumbline.Trials.Noise;

namespace Plumbline.NodeProbe.Tests;

/// <summary>Control packets around real trials. The harness checks that the control node is removed.</summary>
[Trait("Category", "Kernel")]
public sealed class Control_packet_specs
{
    /// <summary>Within a bucket, a percentile is interpolated by the packets that are in it.</summary>
    private const double Bucket = 0.01;

    [Fact]
    public async Task They_pass_before_and_after_each_trial_and_none_of_them_is_counted_as_the_trials()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesNft, 100);
        for (int trial = 0; trial < 3; trial++)
        {
            TrialMeasured measured = await lab.MeasureAsync(Position.Last);

            ControlReading control = measured.Conditions.Control!;
            Assert.Equal(2 * ControlSender.Packets, control.Packets);
            Assert.InRange(control.P50Ns!.Value, 100, 100_000);
            Assert.InRange(
                control.P50Ns.Value,
                (1 - Bucket) * Math.Min(control.BeforeP50Ns!.Value, control.AfterP50Ns!.Value),
                (1 + Bucket) * Math.Max(control.BeforeP50Ns.Value, control.AfterP50Ns.Value));
            Assert.Equal((500, 500), (measured.Counts.Arrived, measured.Counts.Translated));
        }
    }

    [Fact]
    public async Task They_take_as_long_past_any_rules_as_a_packet_takes_without_rules()
    {
        await using LabHarness baseline = await LabHarness.CreateAsync(DataPlane.NoRules, 0);
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.IptablesNft, 1_000);

        double without = (await baseline.MeasureAsync()).Histograms[^1].MedianNs()!.Value;
        double control = (await lab.MeasureAsync(Position.Last)).Conditions.Control!.P50Ns!.Value;

        Assert.InRange(control / without, 0.5, 2);
    }

    [Fact]
    public async Task Other_work_on_the_sending_CPU_flags_the_trial()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        string cpu = TrialScene.SendingCpu.ToString(CultureInfo.InvariantCulture);

        // Above any priority that the sender may have. The pauses let the trial come to its end.
        const string busy =
            "while :; do i=0; while [ $i -lt 5000 ]; do i=$((i + 1)); done; sleep 0.003; done";
        using Process loop = Process.Start(
            "chrt", ["--fifo", "50", "taskset", "--cpu-list", cpu, "sh", "-c", busy]);
        try
        {
            TrialMeasured measured = await lab.MeasureAsync();

            Assert.False(loop.HasExited, "the loop must run to the end");
            Assert.Contains(TrialFlag.MachineNoisy, measured.Flags);
            Assert.Contains(measured.Remarks, each => each.StartsWith("the sender waited", StringComparison.Ordinal));
            Assert.InRange(measured.Conditions.Noise!.InvoluntarySwitches, 1, long.MaxValue);
            Assert.True(measured.Conditions.Noise.BeganNoisy, "the wait for a quiet machine was in vain");
        }
        finally
        {
            loop.Kill();
            await loop.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }
}
