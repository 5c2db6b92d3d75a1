using Dapper;
using Npgsql;
using Plumbline.Scheduler.Postgres;

namespace Plumbline.Scheduler.Tests;

/// <summary>What every store does.</summary>
public abstract class Store_specs
{
    private protected abstract IExperimentStore Store { get; }

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private static ExperimentState Queued(int number) =>
        ExperimentFlow.Queue(ExperimentPlanner.Plan(World.Id(number), Specs.Small)).State;

    [Fact]
    public async Task A_stored_state_is_found_unchanged_at_every_point_of_an_experiments_life()
    {
        ExperimentState? kept = await SaveAsync(Queued(1));
        Life life = new(Specs.Small, accepts: key => key.Attempt > 1);
        for (int point = 0; life.NextEvent is not null; point++, life.Advance())
        {
            ExperimentEnd end = new(ExperimentOutcome.Failed, "before", 3, 4);
            PlannedRerun? rerun =
                point % 3 == 0 ? new PlannedRerun(World.Id(point), point, RerunStage.RoundTrip, 7, end) : null;
            ExperimentState state = life.State with
            {
                Rerun = rerun,
                RerunIds = rerun is null ? [] : [World.Id(9), World.Id(point)],
                HighestAttempt = point,
                Plan = kept.Plan,
                Version = kept.Version,
                FailureReason = "\0 „…“ \ud83d\ude80",
                IsReminded = point % 2 == 0,
                Repeats = point,
            };
            kept = await SaveAsync(state);
            Assert.Equal(
                state with
                {
                    Plan = kept.Plan,
                    Version = kept.Version,
                    RerunIds = kept.RerunIds,
                    Nodes = kept.Nodes,
                    Scaled = kept.Scaled,
                },
                kept);
            Assert.Equivalent(state.Scaled, kept.Scaled, strict: true);
            Assert.Equal(state.Nodes, kept.Nodes);
            Assert.Equal(state.RerunIds, kept.RerunIds);
            Assert.Equal(SpecOf(state), SpecOf(kept));
            Assert.Equal(
                state.Plan.Steps.SelectMany(step => step.Trials), kept.Plan.Steps.SelectMany(step => step.Trials));
        }
    }

    [Fact]
    public async Task An_unknown_experiment_is_not_found() => Assert.Null(await Store.FindAsync(World.Id(1), Token));

    [Fact]
    public async Task Active_experiments_are_listed_in_order_of_arrival()
    {
        for (int number = 1; number <= 3; number++)
        {
            await SaveAsync(Queued(number));
        }

        await SaveAsync(ExperimentFlow.OnTurn((await Store.FindAsync(World.Id(1), Token))!, Life.Start).State);
        await SaveAsync(ExperimentFlow.OnCancel((await Store.FindAsync(World.Id(2), Token))!, Life.Start).State);

        Assert.Equal(
            [new QueueEntry(World.Id(1), ExperimentQueue.OnlyNodes, ExperimentPhase.Scaling, 2),
                new QueueEntry(World.Id(3), ExperimentQueue.OnlyNodes, ExperimentPhase.Queued, 1)],
            await Store.ListActiveAsync(Token));
    }

    [Fact]
    public async Task A_rerun_comes_after_the_experiments_that_wait()
    {
        await SaveAsync(Queued(1));
        await SaveAsync(Queued(2));
        ExperimentState ended =
            await SaveAsync(ExperimentFlow.OnCancel((await Store.FindAsync(World.Id(1), Token))!, Life.Start).State);

        await SaveAsync(RerunFlow.OnRequested(ended, Rerun(1)).State);

        Assert.Equal(
            [World.Id(2), World.Id(1)], (await Store.ListActiveAsync(Token)).Select(entry => entry.ExperimentId));
    }

    [Fact]
    public async Task Experiments_are_listed_by_id_prefix_running_ones_first_and_ended_ones_last()
    {
        for (int number = 1; number <= 4; number++)
        {
            await SaveAsync(Queued(number));
        }

        await SaveAsync(ExperimentFlow.OnCancel((await Store.FindAsync(World.Id(1), Token))!, Life.Start).State);
        await SaveAsync(ExperimentFlow.OnTurn((await Store.FindAsync(World.Id(3), Token))!, Life.Start).State);

        Assert.Equal([3, 2, 4, 1], await ListedAsync("", 9));
        Assert.Equal([3, 2], await ListedAsync("3f0e51a5", 2));
        Assert.Equal([4], await ListedAsync(World.Id(4).ToString("N"), 9));
        Assert.Empty(await ListedAsync("3f0e51a6", 9));

        async Task<IEnumerable<int>> ListedAsync(string prefix, int limit) =>
            (await Store.ListAsync(prefix, limit, Token))
            .Select(state => Enumerable.Range(1, 4).Single(number => World.Id(number) == state.Plan.ExperimentId));
    }

    private static RerunRequested Rerun(int number) =>
        new() { RerunId = World.Id(90 + number), ExperimentId = World.Id(number), Step = 1, Stage = RerunStage.OneWay };

    [Fact]
    public async Task The_second_writer_of_the_same_state_stores_nothing()
    {
        ExperimentState state = await SaveAsync(Queued(1));
        await Store.SaveAsync(ExperimentFlow.OnTurn(state, Life.Start).State,
            [new RemoveServices { ExperimentId = World.Id(1) }], Life.Start, Token);

        await Assert.ThrowsAsync<ExperimentChangedException>(() => Store.SaveAsync(
            ExperimentFlow.OnCancel(state, Life.Start).State, [new CancelExperiment { ExperimentId = World.Id(1) }],
            Life.Start, Token));

        Assert.Equal(ExperimentPhase.Scaling, (await Store.FindAsync(World.Id(1), Token))!.Phase);
        Assert.IsType<RemoveServices>(Assert.Single(await Store.ListUnpublishedAsync(Life.Start, Token)).Message);
    }

    [Fact]
    public async Task An_experiment_can_be_new_only_once()
    {
        await SaveAsync(Queued(1));

        await Assert.ThrowsAsync<ExperimentChangedException>(() => Store.SaveAsync(Queued(1), [], Life.Start, Token));
    }

    [Fact]
    public async Task Two_of_one_queue_never_run_at_once()
    {
        ExperimentState first = await SaveAsync(Queued(1));
        ExperimentState second = await SaveAsync(Queued(2));
        await SaveAsync(ExperimentFlow.OnTurn(first, Life.Start).State);

        await Assert.ThrowsAsync<ExperimentChangedException>(
            () => SaveAsync(ExperimentFlow.OnTurn(second, Life.Start).State));

        Assert.Equal(ExperimentPhase.Queued, (await Store.FindAsync(World.Id(2), Token))!.Phase);
    }

    [Fact]
    public async Task Two_of_different_queues_run_at_once()
    {
        ExperimentState first = await SaveAsync(Queued(1));
        ExperimentState second = await SaveAsync(Queued(2) with { Queue = "other nodes" });

        await SaveAsync(ExperimentFlow.OnTurn(first, Life.Start).State);
        await SaveAsync(ExperimentFlow.OnTurn(second, Life.Start).State);

        Assert.All(await Store.ListActiveAsync(Token), entry => Assert.Equal(ExperimentPhase.Scaling, entry.Phase));
    }

    [Fact]
    public async Task Only_experiments_whose_deadline_has_passed_are_overdue()
    {
        ExperimentState state = await SaveAsync(ExperimentFlow.Start(Queued(1).Plan, Life.Start).State);
        await SaveAsync(Queued(2));

        Assert.Empty(await Store.ListOverdueAsync(state.Deadline!.Value.AddMilliseconds(-1), Token));
        Assert.Equal([World.Id(1)], await Store.ListOverdueAsync(state.Deadline!.Value, Token));
    }

    [Fact]
    public async Task Messages_stay_unchanged_and_in_order_until_they_are_forgotten()
    {
        Life life = new Life(Specs.Small with { Measure = ["one-way", "rtt", "grpc"] }).ToItsEnd();
        IReadOnlyList<OutboxMessage> kept = await Store.SaveAsync(Queued(1), life.Published, Life.Start, Token);

        IReadOnlyList<OutboxMessage> left = await Store.ListUnpublishedAsync(Life.Start, Token);
        Assert.Equal(kept.Select(message => (message.Id, message.ExperimentId)),
            left.Select(message => (message.Id, message.ExperimentId)));
        Assert.Equal(life.Published.Select(Text), left.Select(message => Text(message.Message)));

        await Store.ForgetPublishedAsync([.. kept.SkipLast(1).Select(message => message.Id)], Token);
        Assert.Equal(kept[^1].Id, Assert.Single(await Store.ListUnpublishedAsync(Life.Start, Token)).Id);
    }

    [Fact]
    public async Task Newer_messages_are_not_listed()
    {
        await Store.SaveAsync(
            Queued(1), [new RemoveServices { ExperimentId = World.Id(1) }], Life.Start.AddSeconds(1), Token);

        Assert.Empty(await Store.ListUnpublishedAsync(Life.Start, Token));
    }

    [Fact]
    public void A_life_with_deaths_at_every_publish_completes()
    {
        for (int publishes = 0; publishes < 12; publishes++)
        {
            World world = new(Store);
            int number = 20 + publishes;
            world.DieAfter(publishes);
            if (!world.Deliver(World.Request(number)))
            {
                world.Tick(TimeSpan.Zero);
            }

            world.RunInPeace();

            Assert.Equal(
                (12, 0), (Assert.Single(world.PublishedOf<ExperimentCompleted>(number)).AcceptedTrials,
                    world.StateOf(number).GivenUpTrials));
            Assert.Equal(0, world.Unpublished);
        }
    }

    private protected async Task<ExperimentState> SaveAsync(ExperimentState state)
    {
        await Store.SaveAsync(state, [], Life.Start, Token);
        return (await Store.FindAsync(state.Plan.ExperimentId, Token))!;
    }

    private static string SpecOf(ExperimentState state) => Text(state.Plan.Spec);

    private static string Text(object message) =>
        $"{message.GetType().Name} {System.Text.Json.JsonSerializer.Serialize(message, message.GetType())}";
}

public sealed class InMemoryStore_specs : Store_specs
{
    private protected override IExperimentStore Store { get; } = new InMemoryExperimentStore();
}

public sealed class PostgresStore_specs : Store_specs, IDisposable
{
    private readonly PostgresTestDatabase _database = PostgresServer.CreateDatabase();
    private readonly PostgresExperimentStore _store;

    public PostgresStore_specs() => _store = new PostgresExperimentStore(_database.ConnectionString);

    private protected override IExperimentStore Store => _store;

    public void Dispose()
    {
        _store.Dispose();
        _database.Dispose();
    }

    [Fact]
    public async Task Many_processes_may_create_the_tables_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(async () =>
        {
            using PostgresExperimentStore store = new(_database.ConnectionString);
            Assert.Empty(await store.ListActiveAsync(Token));
        }, Token)));
    }

    [Fact]
    public async Task Another_process_finds_a_stored_state()
    {
        ExperimentState state = await SaveAsync(ExperimentFlow.Start(Specs.Plan(Specs.Small), Life.Start).State);
        using PostgresExperimentStore other = new(_database.ConnectionString);

        ExperimentState found = (await other.FindAsync(state.Plan.ExperimentId, Token))!;

        Assert.Equal(state, found with { Plan = state.Plan, RerunIds = state.RerunIds, Nodes = state.Nodes });
        Assert.Equal(
            state.Plan.Steps.SelectMany(step => step.Trials), found.Plan.Steps.SelectMany(step => step.Trials));
    }

    [Fact]
    public async Task Only_one_of_many_writers_stores_its_state_and_messages()
    {
        ExperimentState state = await SaveAsync(ExperimentFlow.Start(Specs.Plan(Specs.Small), Life.Start).State);
        for (int round = 0; round < 10; round++)
        {
            ExperimentState read = state;
            bool[] won = await Task.WhenAll(Enumerable.Range(0, 8).Select(writer => Task.Run(async () =>
            {
                try
                {
                    await Store.SaveAsync(read with { Step = writer },
                        [new ServicesScaled { ExperimentId = read.Plan.ExperimentId, Step = writer, DataPlanes = [] }],
                        Life.Start, Token);
                    return true;
                }
                catch (ExperimentChangedException)
                {
                    return false;
                }
            }, Token)));

            state = (await Store.FindAsync(state.Plan.ExperimentId, Token))!;
            Assert.Equal(state.Step, Array.IndexOf(won, true));
            Assert.Single(won, isWinner => isWinner);
            OutboxMessage message = Assert.Single(await Store.ListUnpublishedAsync(Life.Start, Token));
            Assert.Equal(state.Step, ((ServicesScaled)message.Message).Step);
            await Store.ForgetPublishedAsync([message.Id], Token);
        }
    }

    [Fact]
    public async Task A_state_of_another_format_is_refused()
    {
        ExperimentState state = await SaveAsync(ExperimentFlow.Start(Specs.Plan(Specs.Small), Life.Start).State);
        await using NpgsqlConnection connection = _database.Connect();
        await connection.ExecuteAsync("UPDATE scheduler_experiment SET format = 99");

        NotSupportedException refused =
            await Assert.ThrowsAsync<NotSupportedException>(() => Store.FindAsync(state.Plan.ExperimentId, Token));

        Assert.Contains("format 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_of_a_newer_version_is_left_alone()
    {
        await Store.SaveAsync(
            ExperimentFlow.Queue(Specs.Plan(Specs.Small)).State, [new RemoveServices { ExperimentId = World.Id(1) },
                new CancelExperiment { ExperimentId = World.Id(1) }], Life.Start, Token);
        await using NpgsqlConnection connection = _database.Connect();
        await connection.ExecuteAsync(
            "UPDATE scheduler_outbox SET type = 'Plumbline.Contracts.Unheard' WHERE type LIKE '%Cancel%'");

        Assert.IsType<RemoveServices>(Assert.Single(await Store.ListUnpublishedAsync(Life.Start, Token)).Message);
    }
}
