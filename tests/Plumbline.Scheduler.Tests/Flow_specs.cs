using CsCheck;

namespace Plumbline.Scheduler.Tests;

public sealed class Flow_specs
{
    private static readonly ExperimentSpec s_spec = new() { Services = [10, 20], Trials = 2, MaxAttempts = 3 };

    [Fact]
    public void An_experiment_scales_measures_every_trial_removes_and_completes()
    {
        ExperimentDriver driver = new(s_spec);

        driver.Run();

        Assert.Equal(4, driver.Published.OfType<ScaleStep>().Count());
        Assert.Equal((2 * 9 + 2) * 2, driver.Attempts.Count());
        Assert.Single(driver.Published.OfType<RemoveServices>());
        ExperimentCompleted completed = Assert.IsType<ExperimentCompleted>(driver.Published[^1]);
        Assert.Equal((40, 0), (completed.AcceptedTrials, completed.GivenUpTrials));
    }

    [Fact]
    public void A_flagged_trial_is_measured_again_and_given_up_after_its_last_attempt()
    {
        ExperimentDriver driver = new(s_spec) { Accept = trial => trial.Key.Trial != 7 };

        driver.Run();

        Assert.Equal([1, 2, 3], driver.Attempts.Where(trial => trial.Key.Trial == 7).Select(trial => trial.Key.Attempt));
        ExperimentCompleted completed = Assert.IsType<ExperimentCompleted>(driver.Published[^1]);
        Assert.Equal((39, 1), (completed.AcceptedTrials, completed.GivenUpTrials));
    }

    [Fact]
    public void No_two_attempts_are_ever_given_the_same_flows() => Gen.Int.Sample(seed =>
    {
        Random random = new(seed);
        ExperimentDriver driver = new(s_spec) { Accept = _ => random.Next(3) > 0 };

        driver.Run();

        MeasureTrial[] attempts = [.. driver.Attempts.OrderBy(trial => trial.FirstFlow)];
        Assert.All(attempts.Zip(attempts.Skip(1)), pair => Assert.True(pair.First.FirstFlow + pair.First.Flows <= pair.Second.FirstFlow));
        Assert.True(attempts[^1].FirstFlow + attempts[^1].Flows <= ExperimentPlanner.MostFlows(s_spec));
    });

    [Fact]
    public void Messages_delivered_twice_lead_to_the_same_accepted_trials() => Gen.Int.Sample(seed =>
    {
        ExperimentDriver once = new(s_spec) { Accept = Accept };
        ExperimentDriver twice = new(s_spec) { Accept = Accept, Deliveries = 2 };

        once.Run();
        twice.Run();

        Assert.Equal(once.State.AcceptedTrials, twice.State.AcceptedTrials);
        Assert.Equal(once.Attempts.Select(trial => trial.Key).Distinct(), twice.Attempts.Select(trial => trial.Key).Distinct());
        Assert.Single(twice.Published.OfType<ExperimentCompleted>());

        bool Accept(MeasureTrial trial) => HashCode.Combine(seed, trial.Key.Trial, trial.Key.Attempt) % 3 != 0;
    });

    [Fact]
    public void A_late_repeat_of_an_older_event_changes_nothing()
    {
        ExperimentDriver driver = new(s_spec)
        {
            Interfere = (state, _) => ExperimentFlow.OnScaled(state, new ServicesScaled { ExperimentId = ExperimentDriver.Id, Step = state.Step - 1, DataPlanes = [] }),
        };

        driver.Run();

        Assert.Equal(40, driver.Attempts.Count());
    }

    [Fact]
    public void The_event_that_led_to_a_state_sends_its_command_again()
    {
        ExperimentState scaling = ExperimentFlow.Start(ExperimentPlanner.Plan(ExperimentDriver.Id, s_spec), default).State;
        ServicesScaled scaled = new() { ExperimentId = ExperimentDriver.Id, Step = 0, DataPlanes = [] };

        Transition first = ExperimentFlow.OnScaled(scaling, scaled);
        Transition again = ExperimentFlow.OnScaled(first.State, scaled);

        Assert.Equal(first.Messages, again.Messages);
        Assert.Equal(first.State, again.State);
    }

    [Fact]
    public void A_cancel_at_any_moment_removes_everything_and_ends_cancelled()
    {
        for (int moment = 0; moment < 45; moment++)
        {
            ExperimentDriver driver = new(s_spec) { Interfere = (state, number) => number == moment ? ExperimentFlow.OnCancel(state) : null };
            driver.Run();
            Assert.Contains(driver.Published, message => message is RemoveServices);
            Assert.Single(driver.Published, message => message is ExperimentCancelled);
            Assert.DoesNotContain(driver.Published, message => message is ExperimentCompleted);
        }
    }

    [Fact]
    public void A_fault_at_any_moment_removes_everything_and_ends_failed_with_the_reason()
    {
        for (int moment = 0; moment < 44; moment++)
        {
            ExperimentDriver driver = new(s_spec) { Interfere = (state, number) => number == moment ? ExperimentFlow.OnFault(state, "it broke") : null };
            driver.Run();
            Assert.Contains(driver.Published, message => message is RemoveServices);
            Assert.Equal("it broke", Assert.Single(driver.Published.OfType<ExperimentFailed>()).Reason);
        }
    }

    [Fact]
    public void A_late_fault_of_an_attempt_that_is_no_longer_waited_for_changes_nothing()
    {
        TrialKey older = new() { ExperimentId = ExperimentDriver.Id, Step = 0, Trial = 0, Attempt = 1 };
        ExperimentDriver driver = new(s_spec)
        {
            Interfere = (state, number) => number > 3 ? ExperimentFlow.OnTrialFault(state, older, "late") : null,
        };

        driver.Run();

        Assert.Single(driver.Published.OfType<ExperimentCompleted>());
    }

    [Fact]
    public void What_cannot_be_removed_makes_the_experiment_fail_however_well_it_went()
    {
        ExperimentDriver driver = new(s_spec)
        {
            Interfere = (state, _) => state.Phase == ExperimentPhase.Removing ? ExperimentFlow.OnRemovalFault(state, "still there", default) : null,
        };

        driver.Run();

        Assert.Equal("still there", Assert.Single(driver.Published.OfType<ExperimentFailed>()).Reason);
        Assert.DoesNotContain(driver.Published, message => message is ExperimentCompleted);
    }
}
