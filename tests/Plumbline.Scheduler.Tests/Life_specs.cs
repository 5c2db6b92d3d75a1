using CsCheck;

namespace Plumbline.Scheduler.Tests;

public sealed class Life_specs
{
    /// <summary>Decides by the numbers of trial and attempt which attempts are accepted.</summary>
    private static readonly Gen<Func<TrialKey, bool>> s_verdicts = Gen.Bool.Array[64]
        .Select(accepted => (Func<TrialKey, bool>)(key => accepted[((key.Trial * 7) + key.Attempt) % accepted.Length]));

    [Fact]
    public void The_start_event_describes_the_plan()
    {
        ExperimentStarted started = Assert.IsType<ExperimentStarted>(new Life(Specs.Small).Published[0]);

        Assert.Equal((4, 12, Life.Start), (started.Steps.Count, started.TrialCount, started.StartedAt));
        Assert.Equal(Specs.Small, started.Spec);
    }

    [Fact]
    public void Every_trial_is_requested_as_planned_after_its_step() => Specs.Valid.Sample(spec =>
    {
        ExperimentPlan plan = Specs.Plan(spec);
        IEnumerable<object> planned =
            plan.Steps.SelectMany(step => new object[] { (step.Step, step.Cell.Services) }.Concat(step.Trials));

        IEnumerable<object> requested = new Life(spec).ToItsEnd().Published
            .Where(message => message is ScaleStep or MeasureTrial)
            .Select(message => message switch
            {
                ScaleStep scale => (scale.Step, scale.Cell.Services),
                MeasureTrial trial => new PlannedTrial(trial.Key.Trial, trial.Measure, trial.Cell, trial.Repetition),
                _ => message,
            });

        Assert.Equal(planned, requested);
    });

    [Fact]
    public void No_two_attempts_share_a_flow() => Gen.Select(Specs.Valid, s_verdicts).Sample((spec, accepts) =>
    {
        MeasureTrial[] byFlow = [.. new Life(spec, accepts).ToItsEnd().Measured.OrderBy(trial => trial.FirstFlow)];

        int packets = spec.WarmupPackets + spec.Packets + ExperimentPlanner.AccountingFlows;
        Assert.All(byFlow, trial => Assert.Equal(
            trial.Measure == Measure.Grpc ? 10 + spec.Requests : packets, trial.Flows));
        Assert.All(byFlow.Zip(byFlow.Skip(1)),
            pair => Assert.True(pair.First.FirstFlow + pair.First.Flows <= pair.Second.FirstFlow));
    });

    [Fact]
    public void Every_trial_ends_accepted_or_given_up() => Gen.Select(Specs.Valid, s_verdicts).Sample((spec, accepts) =>
    {
        Life life = new Life(spec, accepts).ToItsEnd();

        int[] accepted = [.. life.Measured.Where(trial => accepts(trial.Key)).Select(trial => trial.Key.Trial)];
        Assert.Equal(accepted.Distinct(), accepted);
        Assert.Equal(accepted.Length, life.State.AcceptedTrials);
        Assert.Equal(life.State.Plan.TrialCount, life.State.AcceptedTrials + life.State.GivenUpTrials);
        Assert.All(life.Measured, trial => Assert.InRange(trial.Key.Attempt, 1, spec.MaxAttempts));
    });

    [Fact]
    public void Two_attempts_never_have_the_same_seed() => Gen.Select(Specs.Valid, s_verdicts).Sample((spec, accepts) =>
    {
        IReadOnlyList<MeasureTrial> measured = new Life(spec, accepts).ToItsEnd().Measured;

        Assert.Equal(measured.Count, measured.DistinctBy(trial => trial.Seed).Count());
    });

    [Fact]
    public void Delivering_every_event_several_times_changes_nothing() =>
        Gen.Select(Specs.Valid, s_verdicts, Gen.Int[2, 4]).Sample((spec, accepts, times) =>
        {
            Life once = new Life(spec, accepts).ToItsEnd();
            Life repeated = new(spec, accepts);
            while (repeated.NextEvent is { } next)
            {
                repeated.Advance();
                for (int time = 1; time < times; time++)
                {
                    repeated.Inject(next);
                }
            }

            AssertSameLife(once, repeated);
        });

    [Fact]
    public void Repeated_older_events_change_nothing() =>
        Gen.Select(Specs.Valid, s_verdicts, Gen.Int[0, 1_000_000].Array[16]).Sample((spec, accepts, choices) =>
        {
            Life once = new Life(spec, accepts).ToItsEnd();
            Life repeated = new(spec, accepts);
            for (int turn = 0; repeated.NextEvent is not null; turn++)
            {
                repeated.Advance();
                ExperimentState before = repeated.State;
                repeated.Inject(repeated.Delivered[choices[turn % choices.Length] % repeated.Delivered.Count]);
                Assert.Equal(before, repeated.State);
            }

            AssertSameLife(once, repeated);
        });

    [Fact]
    public void An_older_event_sends_nothing() => Gen.Select(Specs.Valid, s_verdicts).Sample((spec, accepts) =>
    {
        Life life = new(spec, accepts);
        while (life.NextEvent is not null)
        {
            life.Advance();
            IEnumerable<object> late = life.Delivered.SkipLast(1)
                .Where(older => life.NextEvent is not null || older is not ServicesScaled);
            Assert.All(late, older =>
                Assert.Empty(Life.Apply(life.State, older).Messages));
        }
    });

    [Fact]
    public void An_answer_without_a_command_changes_nothing()
    {
        Life life = new(Specs.Small);
        object stranger = new ServicesScaled { ExperimentId = life.State.Plan.ExperimentId, Step = 3, DataPlanes = [] };

        Transition transition = Life.Apply(life.State, stranger);

        Assert.Equal(life.State, transition.State);
        Assert.Empty(transition.Messages);
    }

    private static void AssertSameLife(Life expected, Life actual)
    {
        Assert.Equal(expected.State with { Plan = actual.State.Plan, Scaled = actual.State.Scaled }, actual.State);
        Assert.Equal(expected.State.Scaled?.Step, actual.State.Scaled?.Step);
        Assert.Equal(
            expected.Measured.Select(trial => trial.Key),
            actual.Measured.Select(trial => trial.Key).Distinct());
        Assert.Single(actual.Published.OfType<ExperimentCompleted>());
    }
}
