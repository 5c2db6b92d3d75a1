namespace Plumbline.Scheduler.Tests;

/// <summary>Experiments whose scheduler restarts.</summary>
public sealed class Restart_specs
{
    private static readonly DateTimeOffset s_later = Life.Start.AddHours(3);

    [Fact]
    public void A_restart_at_any_moment_repeats_the_present_command_and_the_experiment_completes()
    {
        for (int answers = 0; answers <= 16; answers++)
        {
            Life life = After(answers);
            object awaited = life.Published.Last(Life.IsCommand);

            Transition restarted = life.Inject(state => AnswerFlow.OnRestart(state, s_later));

            Assert.Equal(awaited.GetType(), Assert.Single(restarted.Messages).GetType());
            Assert.Equal(s_later + Deadlines.Of(life.State), life.State.Deadline);
            Assert.Equal((12, 0), (Completed(life).AcceptedTrials, life.State.GivenUpTrials));
        }
    }

    [Fact]
    public void A_repeated_step_or_removal_is_the_same_command()
    {
        Life scaling = After(0);
        Life removing = After(16);

        Assert.Equal(
            Life.IdentityOf(scaling.Published.Last(Life.IsCommand)),
            Life.IdentityOf(AnswerFlow.OnRestart(scaling.State, s_later).Messages[0]));
        Assert.Equal(
            removing.Published.Last(Life.IsCommand), AnswerFlow.OnRestart(removing.State, s_later).Messages[0]);
    }

    [Fact]
    public void Each_restart_gives_a_trial_a_new_attempt_with_new_flows()
    {
        Life life = After(1);
        for (int restart = 0; restart < 20; restart++)
        {
            life.Inject(state => AnswerFlow.OnRestart(state, s_later));
        }

        life.ToItsEnd();
        Assert.Equal(life.Measured.Count, life.Measured.DistinctBy(trial => trial.Key).Count());
        Assert.Equal(life.Measured.Count, life.Measured.DistinctBy(trial => trial.Seed).Count());
        MeasureTrial[] byFlow = [.. life.Measured.OrderBy(trial => trial.FirstFlow)];
        Assert.All(byFlow.Zip(byFlow.Skip(1)),
            pair => Assert.True(pair.First.FirstFlow + pair.First.Flows <= pair.Second.FirstFlow));
    }

    [Fact]
    public void A_restart_takes_no_attempt_away_from_a_flagged_trial()
    {
        Life life = new(Specs.Small, accepts: _ => false);
        life.Advance();
        for (int restart = 0; restart < 7; restart++)
        {
            life.Inject(state => AnswerFlow.OnRestart(state, s_later));
        }

        life.ToItsEnd();
        Assert.Equal((0, 12), (life.State.AcceptedTrials, life.State.GivenUpTrials));
        Assert.Equal(7 + Specs.Small.MaxAttempts, life.Measured.Count(trial => trial.Key.Trial == 0));
        Assert.Equal(Specs.Small.MaxAttempts, life.Measured.Count(trial => trial.Key.Trial == 1));
    }

    [Fact]
    public void A_restart_does_not_reset_an_overdue_command()
    {
        ExperimentState reminded = AnswerFlow.OnDeadline(After(1).State, Life.Start.AddDays(1)).State;

        ExperimentState restarted = AnswerFlow.OnRestart(reminded, s_later).State;

        Assert.Equal(ExperimentPhase.Removing, AnswerFlow.OnDeadline(restarted, restarted.Deadline!.Value).State.Phase);
    }

    [Fact]
    public void A_scheduler_that_keeps_dying_fails_the_experiment_at_last()
    {
        ExperimentState state = After(1).State;
        int asked = 0;
        while (state.Phase == ExperimentPhase.Measuring)
        {
            state = AnswerFlow.OnRestart(state, s_later).State;
            Assert.True(++asked <= AnswerFlow.MostRepeats + 1);
        }

        Assert.Equal(ExperimentOutcome.Failed, state.Outcome);
        Assert.Contains("trial 0", state.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void Repeats_that_use_up_the_flows_fail_the_experiment()
    {
        ExperimentState state = After(1).State with { NextFlow = ExperimentLimits.MaxFlows - 4_000 };

        ExperimentState failed = AnswerFlow.OnRestart(state, s_later).State;

        Assert.Equal((ExperimentPhase.Removing, ExperimentOutcome.Failed), (failed.Phase, failed.Outcome));
        Assert.Contains("flows", failed.FailureReason, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ended_experiment_stays_ended()
    {
        ExperimentState ended = new Life(Specs.Small).ToItsEnd().State;

        Deadline_specs.AssertUnchanged(ended, AnswerFlow.OnRestart(ended, s_later));
    }

    [Fact]
    public void A_late_fault_of_an_older_step_changes_nothing()
    {
        ExperimentState measuring = After(1).State;

        Deadline_specs.AssertUnchanged(
            measuring, ExperimentFlow.OnStepFault(measuring, Specs.FirstScale, "the repeat broke", s_later));
    }

    private static ExperimentCompleted Completed(Life life) =>
        Assert.Single(life.ToItsEnd().Published.OfType<ExperimentCompleted>());

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
