using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>Cancels and faults, at every point of an experiment's life.</summary>
public sealed class Early_end_specs
{
    private const string Reason = "step 1 cannot be set up: no such tool";

    /// <summary>A life after some of its 17 answers: to 4 steps, 12 trials and one removal.</summary>
    private static readonly Gen<Life> s_anyPoint = Gen.Int[0, 16].Select(answers =>
    {
        Life life = new(Specs.Small);
        for (int answer = 0; answer < answers; answer++)
        {
            life.Advance();
        }

        return life;
    });

    [Fact]
    public void Nothing_is_measured_or_scaled_after_a_cancel() => s_anyPoint.Sample(life =>
    {
        life.Inject(Life.Cancel);
        int published = life.Published.Count;
        life.ToItsEnd();

        Assert.All(
            life.Published.Skip(published), message => Assert.True(message is RemoveServices or ExperimentCancelled));
    });

    [Fact]
    public void A_fault_during_any_removal_fails_the_experiment() =>
        Gen.Select(s_anyPoint, Gen.Bool).Sample((life, cancelled) =>
    {
        life.Inject(cancelled ? Life.Cancel : state => Life.Fault(state, Reason));
        life.Inject(state => ExperimentFlow.OnRemovalFault(state, 0, "a table is left", Life.Start));

        Assert.Equal(ExperimentPhase.Ended, life.State.Phase);
        Assert.EndsWith(
            "a table is left", Assert.IsType<ExperimentFailed>(life.Published[^1]).Reason, StringComparison.Ordinal);
    });

    [Fact]
    public void The_reason_names_a_fault_and_the_removal_fault_after_it()
    {
        Life life = new(Specs.Small);
        life.Inject(state => Life.Fault(state, Reason));
        life.Inject(state => ExperimentFlow.OnRemovalFault(state, 0, "a table is left", Life.Start));

        Assert.Equal($"{Reason}; a table is left", Assert.IsType<ExperimentFailed>(life.Published[^1]).Reason);
    }

    [Fact]
    public void A_fault_after_a_cancel_does_not_make_it_a_failure() => s_anyPoint.Sample(life =>
    {
        life.Inject(Life.Cancel);
        life.Inject(state => Life.Fault(state, Reason));
        life.ToItsEnd();

        AssertEnded<ExperimentCancelled>(life);
    });

    [Fact]
    public void The_first_of_two_faults_is_the_reason()
    {
        Life life = new(Specs.Small);
        life.Inject(state => Life.Fault(state, Reason));
        life.Inject(state => Life.Fault(state, "trial 0 cannot be measured: interrupted"));
        life.ToItsEnd();

        Assert.Equal(Reason, AssertEnded<ExperimentFailed>(life).Reason);
    }

    [Fact]
    public void Nothing_changes_an_experiment_that_has_ended()
    {
        Life life = new Life(Specs.Small).ToItsEnd();

        foreach (Func<ExperimentState, Transition> late in (Func<ExperimentState, Transition>[])
            [
                Life.Cancel,
                state => Life.Fault(state, Reason),
                state => ExperimentFlow.OnRemovalFault(state, 0, Reason, Life.Start),
                .. life.Delivered.Select(
                    message => (Func<ExperimentState, Transition>)(state => Life.Apply(state, message))),
            ])
        {
            Transition transition = late(life.State);
            Assert.Equal(life.State, transition.State);

            // A late command may have created Services again, so these are removed again.
            Assert.All(transition.Messages, message => Assert.IsType<RemoveServices>(message));
        }
    }

    private static T AssertEnded<T>(Life life)
    {
        Assert.Equal(ExperimentPhase.Ended, life.State.Phase);
        Assert.Contains(life.Published, message => message is RemoveServices);
        return Assert.IsType<T>(life.Published[^1]);
    }
}
