namespace Plumbline.Scheduler.Tests;

/// <summary>Reruns of one stage of one step after the end.</summary>
public sealed class Rerun_specs
{
    private static readonly ExperimentSpec s_spec = Specs.Small with { Measure = ["one-way", "rtt"] };

    [Theory]
    [InlineData(RerunStage.OneWay, Measure.OneWay)]
    [InlineData(RerunStage.RoundTrip, Measure.RoundTrip)]
    public void A_measuring_stage_scales_its_step_measures_its_own_trials_and_removes_everything(
        RerunStage stage, Measure measure)
    {
        Life life = new Life(s_spec).ToItsEnd();
        int before = life.Published.Count;

        Rerun(life, 1, stage);

        List<object> again = life.Published[before..];
        PlannedStep step = life.State.Plan.Steps[1];
        Assert.IsType<RerunStarted>(again[0]);
        Assert.Equal((1, 1, step.Cell.Services),
            again.OfType<ScaleStep>().Select(scale => (scale.Run, scale.Step, scale.Cell.Services)).Single());
        Assert.Equal(
            step.Trials.Where(trial => trial.Measure == measure).Select(trial => trial.Trial),
            again.OfType<MeasureTrial>().Select(trial => trial.Key.Trial));
        Assert.All(again.OfType<MeasureTrial>(), trial => Assert.Equal(1, trial.Run));
        Assert.Equal(1, Assert.Single(again.OfType<RemoveServices>()).Run);
        RerunEnded ended = Assert.IsType<RerunEnded>(again[^1]);
        Assert.Equal((ExperimentOutcome.Completed, 4, 0), (ended.Outcome, ended.AcceptedTrials, ended.GivenUpTrials));
        Assert.Empty(again.OfType<ExperimentCompleted>());
    }

    [Fact]
    public void Attempts_of_a_rerun_have_higher_numbers_than_all_before_and_their_own_flows()
    {
        Life life = new Life(s_spec, accepts: key => key.Attempt == 3 || key.Attempt > 3).ToItsEnd();
        IReadOnlyList<MeasureTrial> first = life.Measured;

        Rerun(life, 2, RerunStage.OneWay);
        Rerun(life, 2, RerunStage.OneWay, id: 2);

        IReadOnlyList<MeasureTrial> again = [.. life.Measured.Skip(first.Count)];
        Assert.Equal([4, 5], again.Select(trial => trial.Key.Attempt).Distinct());
        Assert.Equal([1, 2], again.Select(trial => trial.Run).Distinct());
        Assert.Equal(life.Measured.Count,
            life.Measured.Select(trial => (trial.Key.Trial, trial.Key.Attempt)).Distinct().Count());
        MeasureTrial before = life.Measured[0];
        foreach (MeasureTrial trial in life.Measured.Skip(1))
        {
            Assert.True(trial.FirstFlow >= before.FirstFlow + before.Flows);
            before = trial;
        }
    }

    [Fact]
    public void A_rerun_gives_a_flagged_trial_as_many_attempts_as_the_experiment()
    {
        Life life = new Life(s_spec, accepts: key => key.Attempt == 1).ToItsEnd();

        Rerun(life, 1, RerunStage.OneWay);

        RerunEnded ended = life.Published.OfType<RerunEnded>().Single();
        Assert.Equal((0, 4), (ended.AcceptedTrials, ended.GivenUpTrials));
        Assert.Equal(4 * s_spec.MaxAttempts, life.Measured.Count(trial => trial.Run == 1));
    }

    [Fact]
    public void A_rerun_of_scaling_measures_nothing()
    {
        Life life = new Life(s_spec).ToItsEnd();

        Rerun(life, 1, RerunStage.Scale);

        Assert.Single(life.Published.OfType<ScaleStep>(), scale => scale.Run == 1);
        Assert.DoesNotContain(life.Measured, trial => trial.Run == 1);
        Assert.Single(life.Published.OfType<RemoveServices>(), remove => remove.Run == 1);
        Assert.Equal(ExperimentOutcome.Completed, life.Published.OfType<RerunEnded>().Single().Outcome);
    }

    [Fact]
    public void Recomputing_touches_no_node_and_waits_for_no_other_experiment()
    {
        Life life = new Life(s_spec).ToItsEnd();

        Transition queued = life.Inject(state => RerunFlow.OnRequested(state, Request(1, RerunStage.Aggregate)));
        Assert.NotEqual(ExperimentQueue.OnlyNodes, queued.State.Queue);
        life.Inject(state => ExperimentFlow.OnTurn(state, Life.Start));
        life.ToItsEnd();

        Assert.Single(life.Published.OfType<RecomputeStep>());
        Assert.DoesNotContain(life.Published.OfType<ScaleStep>(), scale => scale.Run == 1);
        Assert.DoesNotContain(life.Published.OfType<RemoveServices>(), remove => remove.Run == 1);
        Assert.IsType<RerunEnded>(life.Published[^1]);
        Assert.Equal(ExperimentPhase.Ended, life.State.Phase);
    }

    [Fact]
    public void The_same_request_twice_is_one_rerun()
    {
        Life life = new Life(s_spec).ToItsEnd();

        Rerun(life, 1, RerunStage.OneWay);
        Deadline_specs.AssertUnchanged(life.State, RerunFlow.OnRequested(life.State, Request(1, RerunStage.OneWay)));
    }

    [Fact]
    public void A_failed_rerun_does_not_change_the_experiments_own_end()
    {
        Life life = new Life(s_spec).ToItsEnd();
        life.Inject(state => RerunFlow.OnRequested(state, Request(1, RerunStage.OneWay)));
        life.Inject(state => ExperimentFlow.OnTurn(state, Life.Start));

        life.Inject(state => ExperimentFlow.OnFault(state, "the node is gone", Life.Start));
        life.ToItsEnd();

        RerunEnded ended = life.Published.OfType<RerunEnded>().Single();
        Assert.Equal((ExperimentOutcome.Failed, "the node is gone"), (ended.Outcome, ended.Reason));
        Assert.Equal((ExperimentOutcome.Completed, ""), (life.State.Outcome, life.State.FailureReason));
    }

    [Fact]
    public void A_cancelled_rerun_removes_everything_it_created()
    {
        Life life = new Life(s_spec).ToItsEnd();
        life.Inject(state => RerunFlow.OnRequested(state, Request(1, RerunStage.OneWay)));
        life.Inject(state => ExperimentFlow.OnTurn(state, Life.Start));

        life.Inject(Life.Cancel);
        life.ToItsEnd();

        Assert.Equal(ExperimentOutcome.Cancelled, life.Published.OfType<RerunEnded>().Single().Outcome);
        Assert.Single(life.Published.OfType<RemoveServices>(), remove => remove.Run == 1);
    }

    [Fact]
    public void Late_answers_of_the_experiment_itself_change_nothing_in_its_rerun()
    {
        Life life = new Life(s_spec).ToItsEnd();
        object[] late = [.. life.Delivered];
        life.Inject(state => RerunFlow.OnRequested(state, Request(1, RerunStage.OneWay)));
        life.Inject(state => ExperimentFlow.OnTurn(state, Life.Start));

        do
        {
            Assert.All(late, message => Deadline_specs.AssertUnchanged(life.State, Life.Apply(life.State, message)));
        }
        while (life.NextEvent is not null && life.Advance() is not null);

        Assert.Equal(ExperimentPhase.Ended, life.State.Phase);
    }

    [Fact]
    public void Services_that_a_late_command_creates_after_the_end_are_removed()
    {
        Life life = new Life(s_spec).ToItsEnd();

        Transition late =
            life.Inject(new ServicesScaled { ExperimentId = life.State.Plan.ExperimentId, Step = 2, DataPlanes = [] });

        Assert.IsType<RemoveServices>(Assert.Single(late.Messages));
        Assert.Equal(ExperimentPhase.Ended, late.State.Phase);
    }

    [Fact]
    public void A_rerun_that_cannot_be_done_is_refused_by_field()
    {
        ExperimentState ended = new Life(s_spec).ToItsEnd().State;
        ExperimentState running = new Life(s_spec).State;
        ExperimentState neverStarted = Life.Cancel(ExperimentFlow.Queue(Specs.Plan(s_spec)).State).State;

        Assert.Equal("experimentId", FieldOf(null, Request(1, RerunStage.OneWay)));
        Assert.Equal("experimentId", FieldOf(running, Request(1, RerunStage.OneWay)));
        Assert.Equal("experimentId", FieldOf(neverStarted, Request(1, RerunStage.OneWay)));
        Assert.Equal("step", FieldOf(ended, Request(4, RerunStage.OneWay)));
        Assert.Equal("step", FieldOf(ended, Request(-1, RerunStage.OneWay)));
        Assert.Equal("stage", FieldOf(ended, Request(1, RerunStage.Grpc)));
        Assert.Equal("stage", FieldOf(ended, Request(0, RerunStage.Scale)));
        Assert.Empty(PlannedRerun.Errors(ended, Request(0, RerunStage.OneWay)));

        static string FieldOf(ExperimentState? state, RerunRequested request) =>
            Assert.Single(PlannedRerun.Errors(state, request)).Field;
    }

    private static void Rerun(Life life, int step, RerunStage stage, int id = 1)
    {
        life.Inject(state => RerunFlow.OnRequested(state, Request(step, stage, id)));
        life.Inject(state => ExperimentFlow.OnTurn(state, Life.Start));
        life.ToItsEnd();
    }

    private static RerunRequested Request(int step, RerunStage stage, int id = 1) => new()
    {
        RerunId = new Guid(id, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
        ExperimentId = Specs.Plan(s_spec).ExperimentId,
        Step = step,
        Stage = stage,
    };
}
