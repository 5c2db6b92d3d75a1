namespace Plumbline.Scheduler.Tests;

/// <summary>What becomes of an experiment when its scheduler is started anew.</summary>
public sealed class Restart_specs
{
    private static readonly DateTimeOffset s_later = Life.Start.AddHours(3);

    [Fact]
    public void A_restart_at_any_moment_asks_again_for_what_is_waited_for_and_the_experiment_completes()
    {
        for (int answers = 0; answers <= 16; answers++)
        {
            Life life = After(answers);
            object awaited = life.Published.Last(Life.IsCommand);

            Transition restarted = life.Inject(state => ExperimentFlow.OnRestart(state, s_later));

            Assert.Equal(awaited.GetType(), Assert.Single(restarted.Messages).GetType());
            Assert.Equal(s_later + Deadlines.Of(life.State), life.State.Deadline);
            Assert.Equal((12, 0), (Completed(life).AcceptedTrials, life.State.GivenUpTrials));
        }
    }

    [Fact]
    public void A_step_and_a_removal_are_asked_for_in_the_same_words()
    {
        Life scaling = After(0);
        Life removing = After(16);

        Assert.Equal(
            Life.IdentityOf(scaling.Published.Last(Life.IsCommand)),
            Life.IdentityOf(ExperimentFlow.OnRestart(scaling.State, s_later).Messages[0]));
        Assert.Equal(removing.Published.Last(Life.IsCommand), ExperimentFlow.OnRestart(removing.State, s_later).Messages[0]);
    }

    [Fact]
    public void A_trial_is_a_new_attempt_on_new_flows_however_often_it_is_restarted()
    {
        Life life = After(1);
        for (int restart = 0; restart < 20; restart++)
        {
            life.Inject(state => ExperimentFlow.OnRestart(state, s_later));
        }

        life.ToItsEnd();
        Assert.Equal(life.Measured.Count, life.Measured.DistinctBy(trial => trial.Key).Count());
        Assert.Equal(life.Measured.Count, life.Measured.DistinctBy(trial => trial.Seed).Count());
        MeasureTrial[] byFlow = [.. life.Measured.OrderBy(trial => trial.FirstFlow)];
        Assert.All(byFlow.Zip(byFlow.Skip(1)), pair => Assert.True(pair.First.FirstFlow + pair.First.Flows <= pair.Second.FirstFlow));
    }

    [Fact]
    public void A_restart_takes_no_attempt_away_from_a_flagged_trial()
    {
        Life life = new(Specs.Small, accepts: _ => false);
        life.Advance();
        for (int restart = 0; restart < 7; restart++)
        {
            life.Inject(state => ExperimentFlow.OnRestart(state, s_later));
        }

        life.ToItsEnd();
        Assert.Equal((0, 12), (life.State.AcceptedTrials, life.State.GivenUpTrials));
        Assert.Equal(7 + Specs.Small.MaxAttempts, life.Measured.Count(trial => trial.Key.Trial == 0));
        Assert.Equal(Specs.Small.MaxAttempts, life.Measured.Count(trial => trial.Key.Trial == 1));
    }

    [Fact]
    public void A_restart_does_not_take_the_last_warning_back()
    {
        ExperimentState reminded = ExperimentFlow.OnDeadline(After(1).State, Life.Start.AddDays(1)).State;

        ExperimentState restarted = ExperimentFlow.OnRestart(reminded, s_later).State;

        Assert.Equal(ExperimentPhase.Removing, ExperimentFlow.OnDeadline(restarted, restarted.Deadline!.Value).State.Phase);
    }

    [Fact]
    public void A_scheduler_that_keeps_dying_gives_the_experiment_up_instead_of_asking_for_ever()
    {
        ExperimentState state = After(1).State;
        int asked = 0;
        while (state.Phase == ExperimentPhase.Measuring)
        {
            state = ExperimentFlow.OnRestart(state, s_later).State;
            Assert.True(++asked <= ExperimentFlow.MostRepeats + 1);
        }

        Assert.Equal(ExperimentOutcome.Failed, state.Outcome);
        Assert.Contains("trial 0", state.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeats_that_use_up_the_flows_fail_the_experiment_and_do_not_reach_beyond_them()
    {
        ExperimentState state = After(1).State with { NextFlow = ExperimentLimits.MaxFlows - 4_000 };

        ExperimentState failed = ExperimentFlow.OnRestart(state, s_later).State;

        Assert.Equal((ExperimentPhase.Removing, ExperimentOutcome.Failed), (failed.Phase, failed.Outcome));
        Assert.Contains("flows", failed.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_ended_stays_ended()
    {
        ExperimentState ended = new Life(Specs.Small).ToItsEnd().State;

        Deadline_specs.AssertUnchanged(ended, ExperimentFlow.OnRestart(ended, s_later));
    }

    [Fact]
    public void A_late_fault_of_an_older_step_changes_nothing()
    {
        ExperimentState measuring = After(1).State;

        Deadline_specs.AssertUnchanged(measuring, ExperimentFlow.OnStepFault(measuring, Specs.FirstScale, "the repeat broke", s_later));
    }

    private static ExperimentCompleted Completed(Life life) => Assert.Single(life.ToItsEnd().Published.OfType<ExperimentCompleted>());

    private static Life After(int answers)
    {
        Life life = new(Specs.Small);
        for (int answer = 0; answer < answers; answer++)
        {
            life.Advance();
        }

        return life;
    }
}
