using Plumbline.Probing;
using Plumbline.Trials.Noise;

namespace Plumbline.Trials.Tests;

public sealed class Noise_judge_specs
{
    private const long SpanNs = 500_000_000;

    [Fact]
    public void A_quiet_trial_has_no_flag()
    {
        Assert.Empty(NoiseJudge.Judge(Control(1_000, 1_000), Noise(), referenceNs: 1_000));
        Assert.Empty(NoiseJudge.Judge(Control(1_000, 1_000), Noise(), referenceNs: null));
        Assert.Empty(NoiseJudge.Judge(control: null, noise: null, referenceNs: 1_000));
    }

    [Theory]
    [InlineData(1_990, false)]
    [InlineData(2_010, true)]
    [InlineData(100, false)]
    public void Control_packets_twice_as_slow_as_usual_are_noise_and_faster_ones_are_not(
        double p50Ns, bool flagged) =>
        Assert.Equal(flagged, NoiseJudge.Judge(Control(p50Ns, p50Ns), Noise(), referenceNs: 1_000).Count > 0);

    [Theory]
    [InlineData(1_000, 1_240, false)]
    [InlineData(1_000, 1_260, true)]
    [InlineData(1_260, 1_000, true)]
    public void Control_packets_that_differ_by_a_quarter_before_and_after_are_noise(
        double beforeNs, double afterNs, bool flagged) =>
        Assert.Equal(flagged, NoiseJudge.Judge(Control(beforeNs, afterNs), Noise(), referenceNs: null).Count > 0);

    [Fact]
    public void Without_control_packets_nothing_shows_that_the_machine_was_quiet()
    {
        ControlReading lost =
            new() { BeforeP50Ns = null, AfterP50Ns = 1_000, P50Ns = 1_000, P90Ns = null, Packets = 150 };

        FlagReason reason = Assert.Single(NoiseJudge.Judge(lost, Noise(), referenceNs: 1_000));

        Assert.Equal(TrialFlag.MachineNoisy, reason.Flag);
        Assert.StartsWith("only 150 of 300 control packets came through", reason.Remark, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(49_000_000, false)]
    [InlineData(51_000_000, true)]
    public void A_sender_that_waits_a_tenth_of_the_span_is_disturbed(long runDelayNs, bool flagged)
    {
        SenderNoise noise = Noise(runDelayNs: runDelayNs);

        Assert.Equal(flagged, NoiseJudge.Judge(Control(1_000, 1_000), noise, referenceNs: 1_000).Count > 0);
    }

    [Fact]
    public void A_kernel_that_counts_no_run_delay_is_believed() =>
        Assert.Empty(NoiseJudge.Judge(Control(1_000, 1_000), Noise(runDelayNs: null), referenceNs: 1_000));

    [Theory]
    [InlineData(10_000_000, false)]
    [InlineData(20_000_000, false)]
    [InlineData(30_000_000, true)]
    public void Stolen_time_is_noise_above_two_percent_and_one_tick(long stealNs, bool flagged)
    {
        SenderNoise noise = Noise(stealNs);

        Assert.Equal(flagged, NoiseJudge.Judge(Control(1_000, 1_000), noise, referenceNs: 1_000).Count > 0);
    }

    [Fact]
    public void Remarks_have_the_numbers() => Assert.Equal(
        [
            "control packets took 1000 ns before and 1500 ns after",
            "control packets took 1250 ns, usually 600 in this experiment",
            "the hypervisor stole 40 of 500 ms",
            "the sender waited for its CPU for 60 of 500 ms",
        ],
        NoiseJudge.Judge(Control(1_000, 1_500), Noise(40_000_000, 60_000_000), referenceNs: 600)
            .Select(each => each.Remark));

    private static ControlReading Control(double beforeNs, double afterNs) => new()
    {
        BeforeP50Ns = beforeNs,
        AfterP50Ns = afterNs,
        P50Ns = (beforeNs + afterNs) / 2,
        P90Ns = afterNs,
        Packets = 2 * ControlSender.Packets,
    };

    private static SenderNoise Noise(long stealNs = 0, long? runDelayNs = 0) => new(stealNs, new TrialNoise
    {
        SpanNs = SpanNs,
        RunDelayNs = runDelayNs,
        InvoluntarySwitches = 0,
        IrqNs = 0,
        SoftIrqNs = 0,
        BusyShare = 0.5,
        FrequencyBeforeKHz = null,
        FrequencyAfterKHz = null,
    });
}
