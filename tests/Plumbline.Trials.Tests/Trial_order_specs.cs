namespace Plumbline.Trials.Tests;

public sealed class Trial_order_specs
{
    [Fact]
    public void The_same_attempt_is_a_repeat() => Assert.Equal(0, TrialOrder.Compare(Trial(0, 7, 2), Trial(0, 7, 2)));

    [Theory]
    [InlineData(0, 8, 1)]
    [InlineData(0, 7, 3)]
    [InlineData(1, 2, 4)]
    public void A_later_trial_a_later_attempt_and_a_rerun_come_after(int run, int trial, int attempt)
    {
        Assert.True(TrialOrder.Compare(Trial(run, trial, attempt), Trial(0, 7, 2)) > 0);
        Assert.True(TrialOrder.Compare(Trial(0, 7, 2), Trial(run, trial, attempt)) < 0);
    }

    [Fact]
    public void Another_experiments_trial_is_never_late()
    {
        TrialKey other = new() { ExperimentId = Guid.NewGuid(), Step = 1, Trial = 7, Attempt = 2 };

        Assert.True(TrialOrder.Compare(Trial(0, 0, 1), Trial(5, 7, 2) with { Key = other }) > 0);
    }

    [Fact]
    public void The_first_trial_of_all_is_not_late() => Assert.True(TrialOrder.Compare(Trial(0, 0, 1), null) > 0);

    private static MeasureTrial Trial(int run, int trial, int attempt) => new()
    {
        Key = new TrialKey { ExperimentId = Guid.Empty, Step = 1, Trial = trial, Attempt = attempt },
        Run = run,
        Measure = Measure.OneWay,
        Cell = Cell.Of(Planes.Nftables, 10, Position.First),
        Repetition = 0,
        Packets = 1,
        WarmupPackets = 0,
        RatePps = 1,
        FirstFlow = 0,
        Flows = 1,
        Seed = 1,
    };
}
