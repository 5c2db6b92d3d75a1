using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>A lab's step whose node is broken is made anew.</summary>
public sealed class Remake_specs
{
    private static readonly Gen<Func<TrialKey, bool>> s_verdicts = Gen.Bool.Array[64]
        .Select(accepted => (Func<TrialKey, bool>)(key => accepted[((key.Trial * 7) + key.Attempt) % accepted.Length]));

    private static readonly TrialFlag[] s_broken = [TrialFlag.RulesMoved, TrialFlag.PacketsLost];

    private static readonly Gen<TrialFlag> s_flags = Gen.Int[0, 1].Select(index => s_broken[index]);

    [Fact]
    public void Rules_that_moved_are_written_again_before_the_next_attempt_at_the_same_trial()
    {
        Life life = new Life(Specs.Small, IsAccepted, TrialFlag.RulesMoved).ToItsEnd();

        Assert.Equal(
            ["attempt 1", "step 1, remake 1", "attempt 2"], Around(life, trial: 5).Take(3));
        Assert.Equal((12, 0), (life.State.AcceptedTrials, life.State.GivenUpTrials));

        static bool IsAccepted(TrialKey key) => key.Trial != 5 || key.Attempt > 1;
    }

    [Fact]
    public void Lost_packets_make_the_step_anew_only_when_they_are_lost_a_second_time()
    {
        Life life = new Life(Specs.Small, key => key.Trial != 5 || key.Attempt > 2, TrialFlag.PacketsLost).ToItsEnd();

        Assert.Equal(
            ["attempt 1", "attempt 2", "step 1, remake 1", "attempt 3"], Around(life, trial: 5).Take(4));
    }

    [Fact]
    public void Another_flag_only_repeats_the_trial()
    {
        foreach (TrialFlag flag in Enum.GetValues<TrialFlag>().Except(s_broken))
        {
            Life life = new Life(Specs.Small, _ => false, flag).ToItsEnd();

            Assert.Equal(4, life.Published.OfType<ScaleStep>().Count());
            Assert.All(life.Measured, trial => Assert.Equal(0, trial.Remake));
        }
    }

    [Fact]
    public void A_clusters_step_is_never_made_anew()
    {
        ExperimentSpec spec = Specs.Small with { DataPlanes = ["nftables"], Nodes = ["node-a"] };
        foreach (TrialFlag flag in s_broken)
        {
            Life life = new Life(spec, key => key.Attempt > 2, flag).ToItsEnd();

            Assert.Equal(4, life.Published.OfType<ScaleStep>().Count());
            Assert.Equal((8, 0), (life.State.AcceptedTrials, life.State.GivenUpTrials));
        }
    }

    [Fact]
    public void A_trial_that_is_given_up_leaves_the_next_one_a_step_made_anew()
    {
        Life life = new Life(
            Specs.Small with { MaxAttempts = 1 }, key => key.Trial != 3, TrialFlag.RulesMoved).ToItsEnd();

        Assert.Equal((11, 1), (life.State.AcceptedTrials, life.State.GivenUpTrials));
        Assert.Equal(["attempt 1", "step 1, remake 1"], Around(life, trial: 3));
        Assert.Equal([0, 0, 1, 1], life.Measured.Where(trial => trial.Key.Step == 1).Select(trial => trial.Remake));
    }

    [Fact]
    public void A_trial_makes_its_step_anew_no_more_often_than_it_has_attempts() =>
        Gen.Select(Specs.Valid, s_verdicts, s_flags).Sample((spec, accepts, flag) =>
        {
            Life life = new Life(spec, accepts, flag).ToItsEnd();

            Assert.Equal(life.State.Plan.TrialCount, life.State.AcceptedTrials + life.State.GivenUpTrials);
            Assert.All(life.Measured, trial => Assert.InRange(trial.Key.Attempt, 1, spec.MaxAttempts));
            Assert.All(life.Measured.GroupBy(trial => trial.Key.Trial), trial => Assert.InRange(
                trial.Max(attempt => attempt.Remake) - trial.Min(attempt => attempt.Remake), 0, spec.MaxAttempts - 1));
            Assert.All(life.Published.OfType<ScaleStep>().GroupBy(scale => scale.Step), step => Assert.Equal(
                Enumerable.Range(0, step.Count()), step.Select(scale => scale.Remake)));
        });

    [Fact]
    public void Repeated_older_events_change_nothing() =>
        Gen.Select(Specs.Valid, s_verdicts, s_flags, Gen.Int[0, 1_000_000].Array[16])
            .Sample((spec, accepts, flag, choices) =>
        {
            Life life = new(spec, accepts, flag);
            for (int turn = 0; life.NextEvent is not null; turn++)
            {
                life.Advance();
                ExperimentState before = life.State;
                life.Inject(life.Delivered[choices[turn % choices.Length] % life.Delivered.Count]);
                Assert.Equal(before, life.State);
            }

            Assert.Single(life.Published.OfType<ExperimentCompleted>());
        });

    [Fact]
    public void A_late_fault_of_an_earlier_making_changes_nothing()
    {
        Life life = new(Specs.Small, key => key.Attempt > 1, TrialFlag.RulesMoved);
        life.Advance();
        ScaleStep first = life.Published.OfType<ScaleStep>().Single();
        life.Advance();
        Assert.Equal((ExperimentPhase.Scaling, 1), (life.State.Phase, life.State.Remake));

        Transition late = life.Inject(state => ExperimentFlow.OnStepFault(state, first, "late", Life.Start));

        Assert.Empty(late.Messages);
        Assert.IsType<ExperimentCompleted>(life.ToItsEnd().Published[^1]);
    }

    [Fact]
    public void A_step_made_anew_has_the_same_rules_in_the_same_order()
    {
        Life life = new Life(Specs.Small, key => key.Attempt > 1, TrialFlag.RulesMoved).ToItsEnd();

        Assert.All(
            life.Published.OfType<ScaleStep>().GroupBy(scale => scale.Step),
            step => Assert.Single(step.Select(scale => scale.Seed).Distinct()));
    }

    /// <summary>What was requested from the trial's first attempt until the next trial's.</summary>
    private static IEnumerable<string> Around(Life life, int trial) => life.Published
        .SkipWhile(message => message is not MeasureTrial { Key.Trial: var number } || number != trial)
        .TakeWhile(message => message is not MeasureTrial { Key.Trial: var number } || number == trial)
        .Select(message => message is MeasureTrial measure
            ? $"attempt {measure.Key.Attempt}"
            : $"step {((ScaleStep)message).Step}, remake {((ScaleStep)message).Remake}");
}
