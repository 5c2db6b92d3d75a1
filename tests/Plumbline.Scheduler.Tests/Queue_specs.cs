namespace Plumbline.Scheduler.Tests;

/// <summary>Experiments that wait for others.</summary>
public sealed class Queue_specs
{
    private static readonly Guid s_first = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000011");
    private static readonly Guid s_second = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000012");
    private static readonly Guid s_third = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000013");

    private static ExperimentState Queued => ExperimentFlow.Queue(Specs.Plan(Specs.Small)).State;

    [Fact]
    public void The_first_to_arrive_is_the_first_to_start() =>
        Assert.Equal([s_first],
            ExperimentQueue.Due([Entry(s_first, ExperimentPhase.Queued), Entry(s_second, ExperimentPhase.Queued)]));

    [Theory]
    [InlineData(ExperimentPhase.Scaling)]
    [InlineData(ExperimentPhase.Measuring)]
    [InlineData(ExperimentPhase.Removing)]
    public void No_experiment_starts_while_another_one_runs(ExperimentPhase phase) =>
        Assert.Empty(ExperimentQueue.Due([Entry(s_second, ExperimentPhase.Queued), Entry(s_first, phase)]));

    [Fact]
    public void An_experiment_does_not_wait_for_other_nodes() => Assert.Equal(
        [s_second],
        ExperimentQueue.Due(
            [Entry(s_first, ExperimentPhase.Measuring), Entry(s_second, ExperimentPhase.Queued, "b"),
                Entry(s_third, ExperimentPhase.Queued, "b")]));

    [Fact]
    public void An_empty_queue_starts_nothing() => Assert.Empty(ExperimentQueue.Due([]));

    [Fact]
    public void Waiting_experiments_know_their_place() => Assert.Equal(
        [(s_second, 1), (s_third, 2)],
        ExperimentQueue.Waiting(
            [Entry(s_first, ExperimentPhase.Scaling), Entry(s_second, ExperimentPhase.Queued),
                Entry(s_third, ExperimentPhase.Queued)]));

    [Fact]
    public void An_experiment_that_may_start_does_not_wait() => Assert.Equal(
        [(s_second, 1), (s_third, 2)],
        ExperimentQueue.Waiting(
            [Entry(s_first, ExperimentPhase.Queued), Entry(s_second, ExperimentPhase.Queued),
                Entry(s_third, ExperimentPhase.Queued)]));

    [Fact]
    public void A_new_experiment_comes_after_those_of_its_queue_alone()
    {
        QueueEntry[] before = [Entry(s_first, ExperimentPhase.Measuring), Entry(s_second, ExperimentPhase.Queued)];

        Assert.Equal((2, 0), (ExperimentQueue.Behind(before, before[0].Queue), ExperimentQueue.Behind(before, "b")));
    }

    [Fact]
    public void A_queued_experiment_sends_no_command_and_has_no_deadline()
    {
        Transition queued = ExperimentFlow.Queue(Specs.Plan(Specs.Small));

        Assert.Empty(queued.Messages);
        Assert.Null(queued.State.Deadline);
        Assert.Equal(ExperimentPhase.Queued, queued.State.Phase);
    }

    [Fact]
    public void A_queued_experiment_starts_when_its_turn_comes()
    {
        Transition turn = ExperimentFlow.OnTurn(Queued, Life.Start);

        Assert.Equal(
            [typeof(ExperimentStarted), typeof(ScaleStep)], turn.Messages.Select(message => message.GetType()));
        Assert.Equal(ExperimentPhase.Scaling, turn.State.Phase);
    }

    [Fact]
    public void A_repeated_turn_changes_nothing()
    {
        ExperimentState started = ExperimentFlow.OnTurn(Queued, Life.Start).State;

        AssertUnchanged(started, ExperimentFlow.OnTurn(started, Life.Start.AddHours(1)));
    }

    [Fact]
    public void A_cancel_in_the_queue_ends_it_at_once_with_nothing_to_remove()
    {
        Transition cancelled = ExperimentFlow.OnCancel(Queued, Life.Start);

        Assert.Equal(ExperimentPhase.Ended, cancelled.State.Phase);
        Assert.IsType<ExperimentCancelled>(Assert.Single(cancelled.Messages));
        AssertUnchanged(cancelled.State, ExperimentFlow.OnTurn(cancelled.State, Life.Start));
        AssertUnchanged(cancelled.State, ExperimentFlow.OnCancel(cancelled.State, Life.Start));
    }

    [Fact]
    public void Only_its_turn_and_a_cancel_change_a_queued_experiment()
    {
        ExperimentState queued = Queued;
        Life life = new Life(Specs.Small).ToItsEnd();

        Assert.All(life.Delivered, message => AssertUnchanged(queued, Life.Apply(queued, message)));
        AssertUnchanged(queued, ExperimentFlow.OnFault(queued, "it broke", Life.Start));
        AssertUnchanged(queued,
            ExperimentFlow.OnStepFault(queued, life.Published.OfType<ScaleStep>().First(), "it broke", Life.Start));
        AssertUnchanged(queued, ExperimentFlow.OnTrialFault(queued, life.Measured[0].Key, "it broke", Life.Start));
        AssertUnchanged(queued, ExperimentFlow.OnRemovalFault(queued, 0, "it broke", Life.Start));
        AssertUnchanged(queued, AnswerFlow.OnRestart(queued, Life.Start));
        AssertUnchanged(queued, AnswerFlow.OnDeadline(queued, Life.Start.AddYears(1)));
    }

    private static QueueEntry Entry(Guid id, ExperimentPhase phase, string queue = "a") => new(id, queue, phase, 1);

    private static void AssertUnchanged(ExperimentState state, Transition transition)
    {
        Assert.Equal(state, transition.State);
        Assert.Empty(transition.Messages);
    }
}
