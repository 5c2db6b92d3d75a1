namespace Plumbline.Scheduler.Tests;

/// <summary>Several experiments, and a scheduler that may die at any moment.</summary>
public sealed class Driver_specs
{
    private readonly World _world = new(new InMemoryExperimentStore());

    [Fact]
    public void Experiments_run_one_after_the_other_in_order_of_arrival()
    {
        _world.Deliver(World.Request(1));
        _world.Deliver(World.Request(2));
        _world.Deliver(World.Request(3));

        Assert.Equal([ExperimentPhase.Scaling, ExperimentPhase.Queued, ExperimentPhase.Queued],
            _world.Active.Select(entry => entry.Phase));
        _world.RunInPeace();

        Assert.Equal(
            [World.Id(1), World.Id(1), World.Id(2), World.Id(2), World.Id(3), World.Id(3)],
            _world.Published.Where(message => message is ExperimentStarted or ExperimentCompleted)
                .Select(message => (message as ExperimentStarted)?.ExperimentId
                    ?? ((ExperimentCompleted)message).ExperimentId));
        Assert.All(_world.Published.OfType<ExperimentCompleted>(),
            completed => Assert.Equal((12, 0), (completed.AcceptedTrials, completed.GivenUpTrials)));
    }

    [Fact]
    public void An_experiment_requested_twice_runs_once()
    {
        _world.Deliver(World.Request(1));
        _world.Deliver(World.Request(1));
        _world.RunInPeace();
        _world.Deliver(World.Request(1));
        _world.RunInPeace();

        Assert.Single(_world.Published.OfType<ExperimentStarted>());
        Assert.Single(_world.Published.OfType<ExperimentCompleted>());
    }

    [Fact]
    public void A_cancel_in_the_queue_ends_it_and_those_behind_move_up()
    {
        for (int number = 1; number <= 3; number++)
        {
            _world.Deliver(World.Request(number));
        }

        _world.Deliver(new CancelExperiment { ExperimentId = World.Id(2) });

        Assert.Single(_world.PublishedOf<ExperimentCancelled>(2));
        Assert.Empty(_world.PublishedOf<ExperimentStarted>(2));
        Assert.Empty(_world.PublishedOf<RemoveServices>(2));
        Assert.Equal([2, 1], _world.PublishedOf<ExperimentProgress>(3).Select(progress => progress.QueuePosition));
        _world.RunInPeace();
        Assert.Single(_world.PublishedOf<ExperimentCompleted>(3));
    }

    [Fact]
    public void A_cancelled_experiment_makes_room_for_the_next_when_it_is_removed()
    {
        _world.Deliver(World.Request(1));
        _world.Deliver(World.Request(2));
        _world.Deliver(new CancelExperiment { ExperimentId = World.Id(1) });

        Assert.Empty(_world.PublishedOf<ExperimentStarted>(2));
        _world.RunInPeace();

        Assert.Single(_world.PublishedOf<ExperimentCancelled>(1));
        Assert.Single(_world.PublishedOf<ExperimentCompleted>(2));
    }

    [Fact]
    public void Every_change_is_published_with_a_rising_number()
    {
        _world.Deliver(World.Request(1));
        _world.Deliver(World.Request(2));
        _world.RunInPeace();

        ExperimentProgress[] first = [.. _world.PublishedOf<ExperimentProgress>(1)];
        // Queued, started, 4 steps and 12 trials answered, removed.
        Assert.Equal(19, first.Length);
        Assert.Equal(
            Enumerable.Range(1, 19).Select(number => (long)number), first.Select(progress => progress.Sequence));
        Assert.Equal((ExperimentPhase.Ended, 12, 12, 4, 0), (
            first[^1].Phase, first[^1].TrialsDone, first[^1].TrialCount, first[^1].StepCount, first[^1].QueuePosition));
        Assert.All(first, progress => Assert.Equal(0, progress.QueuePosition));
        Assert.Equal(1, _world.PublishedOf<ExperimentProgress>(2).First().QueuePosition);
    }

    [Fact]
    public void A_death_at_any_publish_loses_nothing()
    {
        for (int publishes = 0; publishes < 60; publishes++)
        {
            World world = new(new InMemoryExperimentStore());
            world.DieAfter(publishes);
            if (!world.Deliver(World.Request(1)))
            {
                world.Tick(TimeSpan.Zero);
            }

            world.RunInPeace();

            Assert.Equal(
                (12, 0), (Assert.Single(world.PublishedOf<ExperimentCompleted>(1)).AcceptedTrials,
                    world.StateOf(1).GivenUpTrials));
            Assert.Single(world.PublishedOf<ExperimentStarted>(1));
            Assert.Equal(4, world.PublishedOf<ScaleStep>(1).Select(scale => scale.Step).Distinct().Count());
            Assert.Equal(0, world.Unpublished);
        }
    }

    [Fact]
    public void A_command_from_the_outbox_is_not_repeated_after_a_restart()
    {
        _world.DieAfter(2);
        _world.Deliver(World.Request(1));
        Assert.Empty(_world.Wire);

        _world.Tick(TimeSpan.Zero);
        _world.Tick(SchedulerUpkeep.RestartPatience);

        Assert.Equal(0, Assert.IsType<ScaleStep>(Assert.Single(_world.Wire)).Step);
        Assert.Equal(0, _world.StateOf(1).Repeats);
    }

    [Fact]
    public void A_restart_repeats_the_present_command_once_after_waiting_for_late_answers()
    {
        _world.Deliver(World.Request(1));
        _world.Wire.Clear();
        _world.Restart();

        _world.Tick(TimeSpan.Zero);
        Assert.Empty(_world.Wire);
        _world.Tick(SchedulerUpkeep.RestartPatience);
        _world.Tick(SchedulerUpkeep.RestartPatience);

        Assert.IsType<ScaleStep>(Assert.Single(_world.Wire));
    }

    [Fact]
    public void An_answer_from_before_the_restart_counts_and_no_command_is_repeated()
    {
        _world.Deliver(World.Request(1));
        _world.Deliver(_world.Wire[0]);
        _world.Restart();
        _world.Tick(TimeSpan.Zero);

        _world.Deliver(_world.Wire[1]);
        _world.Tick(SchedulerUpkeep.RestartPatience);

        Assert.Equal([typeof(ScaleStep), typeof(MeasureTrial)], _world.PublishedCommands());
    }

    [Fact]
    public void A_command_that_is_lost_twice_fails_the_experiment_and_the_next_one_runs()
    {
        _world.Deliver(World.Request(1));
        _world.Deliver(World.Request(2));
        _world.Wire.Clear();
        _world.Tick(Deadlines.Least);
        Assert.IsType<ScaleStep>(Assert.Single(_world.Wire));
        _world.Wire.Clear();
        _world.Tick(Deadlines.Least);

        _world.RunInPeace();

        Assert.Contains(
            "step 0", Assert.Single(_world.PublishedOf<ExperimentFailed>(1)).Reason, StringComparison.Ordinal);
        Assert.Single(_world.PublishedOf<ExperimentCompleted>(2));
    }

    [Fact]
    public void The_next_tick_starts_an_experiment_when_a_death_prevented_it()
    {
        _world.Deliver(World.Request(1));
        _world.Deliver(World.Request(2));
        _world.Deliver(new CancelExperiment { ExperimentId = World.Id(1) });
        _world.DieAfter(0);
        Assert.False(_world.Deliver(new ServicesRemoved { ExperimentId = World.Id(1) }));
        Assert.Empty(_world.PublishedOf<ExperimentStarted>(2));

        _world.Tick(TimeSpan.Zero);

        Assert.Single(_world.PublishedOf<ExperimentStarted>(2));
        Assert.Single(_world.PublishedOf<ExperimentCancelled>(1));
    }
}

internal static class WorldAssertions
{
    public static IEnumerable<Type> PublishedCommands(this World world) =>
        world.Published.Where(Life.IsCommand).Select(message => message.GetType());
}
