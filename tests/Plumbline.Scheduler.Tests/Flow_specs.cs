namespace Plumbline.Scheduler.Tests;

public sealed class Flow_specs
{
    private static readonly ExperimentSpec s_spec =
        new() { Services = [10, 20], Builds = 1, Trials = 2, MaxAttempts = 3 };

    /// <summary>Answers of the experiment's whole life: to 4 steps, 80 trials (two measures), one removal.</summary>
    private const int Answers = 85;

    [Fact]
    public void An_experiment_scales_measures_every_trial_removes_and_completes()
    {
        Life life = new Life(s_spec).ToItsEnd();

        Assert.Equal(4, life.Published.OfType<ScaleStep>().Count());
        Assert.Equal((2 * 9 + 2) * 2 * 2, life.Measured.Count);
        Assert.Single(life.Published.OfType<RemoveServices>());
        ExperimentCompleted completed = Assert.IsType<ExperimentCompleted>(life.Published[^1]);
        Assert.Equal((80, 0), (completed.AcceptedTrials, completed.GivenUpTrials));
    }

    [Fact]
    public void A_flagged_trial_is_measured_again_and_given_up_after_its_last_attempt()
    {
        Life life = new Life(s_spec, accepts: key => key.Trial != 7).ToItsEnd();

        Assert.Equal([1, 2, 3], life.Measured.Where(trial => trial.Key.Trial == 7).Select(trial => trial.Key.Attempt));
        ExperimentCompleted completed = Assert.IsType<ExperimentCompleted>(life.Published[^1]);
        Assert.Equal((79, 1), (completed.AcceptedTrials, completed.GivenUpTrials));
    }

    [Fact]
    public void A_repeated_answer_to_a_step_changes_nothing()
    {
        Life life = new(s_spec);
        object scaled = life.NextEvent!;

        Transition first = life.Advance();
        Transition again = life.Inject(scaled);

        Assert.IsType<MeasureTrial>(Assert.Single(first.Messages));
        Assert.Empty(again.Messages);
        Assert.Equal(first.State, again.State);
    }

    [Fact]
    public void A_cancel_at_any_moment_removes_everything_and_ends_cancelled()
    {
        for (int answers = 0; answers < Answers; answers++)
        {
            Life life = After(answers);
            life.Inject(Life.Cancel);
            life.ToItsEnd();

            Assert.Contains(life.Published, message => message is RemoveServices);
            Assert.Single(life.Published, message => message is ExperimentCancelled);
            Assert.DoesNotContain(life.Published, message => message is ExperimentCompleted);
        }
    }

    [Fact]
    public void A_fault_at_any_moment_removes_everything_and_fails_with_its_reason()
    {
        for (int answers = 0; answers < Answers - 1; answers++)
        {
            Life life = After(answers);
            life.Inject(state => Life.Fault(state, "it broke"));
            life.ToItsEnd();

            Assert.Contains(life.Published, message => message is RemoveServices);
            Assert.Equal("it broke", Assert.Single(life.Published.OfType<ExperimentFailed>()).Reason);
        }
    }

    [Fact]
    public void A_late_fault_of_an_older_attempt_changes_nothing()
    {
        for (int answers = 2; answers < Answers - 1; answers++)
        {
            Life life = After(answers);
            TrialKey older = life.Measured[0].Key;

            Transition transition = life.Inject(state => ExperimentFlow.OnTrialFault(state, older, "late", Life.Start));

            Assert.Empty(transition.Messages);
            Assert.IsType<ExperimentCompleted>(life.ToItsEnd().Published[^1]);
        }
    }

    private static Life After(int answers)
    {
        Life life = new(s_spec);
        for (int answer = 0; answer < answers; answer++)
        {
            life.Advance();
        }

        return life;
    }
}
