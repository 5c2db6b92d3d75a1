using Plumbline.Trials.Noise;

namespace Plumbline.Trials.Tests;

public sealed class Control_reference_specs
{
    private readonly ControlReference _reference = new();
    private readonly MeasureTrial _trial = TrialOf(Guid.NewGuid());

    [Fact]
    public void There_is_none_before_five_readings()
    {
        Add(4, 1_000);
        Assert.Null(_reference.NsOf(_trial));

        Add(1, 1_000);
        Assert.Equal(1_000, _reference.NsOf(_trial));
    }

    [Fact]
    public void It_is_the_median_of_the_quiet_readings()
    {
        Add(3, 1_000);
        Add(2, 1_100);
        Add(4, 5_000, isNoisy: true);

        Assert.Equal(1_000, _reference.NsOf(_trial));
    }

    [Fact]
    public void A_machine_is_slow_if_its_last_reading_is_well_above_the_fastest_tenth()
    {
        Add(20, 1_000);
        Add(20, 1_400);
        Assert.False(_reference.IsSlow, "nothing was seen yet");

        _reference.See(1_100);
        Assert.False(_reference.IsSlow, "two readings at full speed differ as much");

        _reference.See(1_200);
        Assert.True(_reference.IsSlow);
    }

    [Fact]
    public void Five_readings_are_needed_to_call_a_machine_slow()
    {
        Add(4, 1_000);
        _reference.See(3_000);

        Assert.False(_reference.IsSlow);
    }

    [Fact]
    public void Another_experiment_begins_anew()
    {
        Add(5, 1_000);

        Assert.Null(_reference.NsOf(TrialOf(Guid.NewGuid())));
        Assert.Null(_reference.NsOf(_trial));
    }

    [Fact]
    public void A_rerun_begins_anew()
    {
        Add(5, 1_000);

        Assert.Null(_reference.NsOf(_trial with { Run = 1 }));
    }

    [Fact]
    public void A_machine_that_stays_slow_is_the_new_reference()
    {
        Add(20, 1_000);
        Add(ControlReference.SlowForGood - 1, 1_500, isNoisy: true);
        Assert.Equal(1_000, _reference.NsOf(_trial));

        Add(1, 1_500, isNoisy: true);
        Assert.Equal(1_500, _reference.NsOf(_trial));
    }

    [Fact]
    public void A_machine_that_is_quiet_in_between_did_not_stay_slow()
    {
        Add(20, 1_000);
        Add(ControlReference.SlowForGood - 1, 1_500, isNoisy: true);
        Add(1, 1_000);
        Add(ControlReference.SlowForGood - 1, 1_500, isNoisy: true);

        Assert.Equal(1_000, _reference.NsOf(_trial));
    }

    private void Add(int readings, double p50Ns, bool isNoisy = false)
    {
        for (int i = 0; i < readings; i++)
        {
            _reference.Add(_trial, p50Ns, isNoisy);
        }
    }

    private static MeasureTrial TrialOf(Guid experimentId) => new()
    {
        Key = new TrialKey { ExperimentId = experimentId, Step = 1, Trial = 0, Attempt = 1 },
        Measure = Measure.OneWay,
        Cell = Cell.Of(Planes.Nftables, 1, Position.First),
        Repetition = 0,
        Packets = 1,
        WarmupPackets = 0,
        RatePps = 10_000,
        FirstFlow = 0,
        Flows = 1,
        Seed = 1,
    };
}
