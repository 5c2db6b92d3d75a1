using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Plumbline.Aggregator;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Postgres.Tests;

public sealed class AggregatorTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ResultsFile _database = new();

    private readonly Messages _messages = new();

    public void Dispose() => _database.Dispose();

    [Fact]
    public async Task Two_aggregators_that_get_the_same_messages_store_them_once_and_both_say_so()
    {
        await using Running one = await Running.StartAsync(_database.ConnectionString);
        await using Running two = await Running.StartAsync(_database.ConnectionString);
        TrialMeasured[] trials = [.. Enumerable.Range(0, 10).Select(trial =>
            _messages.Trial(1, trial, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)))];

        await Task.WhenAll(
            from running in (Running[])[one, two] from trial in trials select running.PublishAsync(trial));
        await Task.WhenAll(one.StoredAsync(trials.Length), two.StoredAsync(trials.Length));

        Assert.Equal(10, _database.Scalar<long>("SELECT COUNT(*) FROM trial"));
        Assert.Equal(30, _database.Scalar<long>("SELECT COUNT(*) FROM latency"));
        Assert.Equal(10 * 3 * 2_000, _database.Scalar<long>("SELECT SUM(count) FROM histogram_bucket"));
    }

    [Fact]
    public async Task A_message_waits_while_the_connection_to_the_server_is_broken()
    {
        await using Running running = await Running.StartAsync(_database.ConnectionString);
        await running.PublishAsync(_messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));
        await running.StoredAsync(1);

        _database.BreakConnections();
        await running.PublishAsync(_messages.Trial(1, 1, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));
        await running.StoredAsync(2);

        Assert.Equal(2, _database.Scalar<long>("SELECT COUNT(*) FROM trial"));
    }

    [Fact]
    public async Task A_whole_experiment_is_recorded_in_whatever_order_its_messages_come()
    {
        await using Running running = await Running.StartAsync(_database.ConnectionString);
        await running.PublishAsync(_messages.Completed());
        await running.PublishAsync(_messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));
        await running.PublishAsync(_messages.Scaled(1, 100, (Planes.Nftables, 5_000)));
        await running.PublishAsync(_messages.Node());
        await running.PublishAsync(_messages.Started());
        await running.StoredAsync(1);

        using ResultsStore store = ResultsStore.OpenPostgresToRead(_database.ConnectionString);
        ExperimentResults? results = null;
        await UntilAsync(() => Record.Exception(() => results = store.Load(_messages.ExperimentId)) is null
            && results is { Machine: not null, Steps.Count: 1, Attempts.Count: 1 }
            && results.Summary.State == RecordedState.Completed);
        Assert.Equivalent(_messages.Node().Machine, results!.Machine);
    }

    [Fact]
    public async Task A_rerun_is_recorded_and_then_announced()
    {
        await using Running running = await Running.StartAsync(_database.ConnectionString);
        RerunEnded ended = _messages.RerunEnded(1);
        await running.PublishAsync(_messages.RerunStarted(1, 1, RerunStage.OneWay));
        await running.PublishAsync(ended);

        RerunRecorded recorded = await running.FirstAsync<RerunRecorded>();

        Assert.Equal((ended.RerunId, ended.ExperimentId), (recorded.RerunId, recorded.ExperimentId));
        Assert.Equal(1, _database.Scalar<long>("SELECT COUNT(*) FROM rerun_end"));
        await UntilAsync(() => _database.Scalar<string?>("SELECT state FROM rerun_summary") == "completed");
    }

    [Fact]
    public async Task A_step_is_recomputed_and_the_answer_says_what_has_changed()
    {
        await using Running running = await Running.StartAsync(_database.ConnectionString);
        await running.PublishAsync(_messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));
        await running.StoredAsync(1);
        string before = _database.Dump();
        _database.Execute("UPDATE latency SET p99_ns = 1 WHERE stage = 'total'");
        await running.PublishAsync(new RecomputeStep { ExperimentId = _messages.ExperimentId, Run = 4, Step = 1 });

        StepRecomputed done = await running.FirstAsync<StepRecomputed>();

        Assert.Equal(
            new StepRecomputed
            {
                ExperimentId = _messages.ExperimentId, Run = 4, Step = 1, Recomputed = 3, Changed = 1,
            },
            done);
        Assert.Equal(before, _database.Dump());
    }

    [Fact]
    public async Task A_step_that_does_not_add_up_is_answered_by_a_fault_that_says_why()
    {
        await using Running running = await Running.StartAsync(_database.ConnectionString);
        await running.PublishAsync(_messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000)));
        await running.StoredAsync(1);
        _database.Execute("UPDATE latency SET buckets = '[]' WHERE stage = 'total'");
        await running.PublishAsync(new RecomputeStep { ExperimentId = _messages.ExperimentId, Run = 4, Step = 1 });

        Fault<RecomputeStep> fault = await running.FirstAsync<Fault<RecomputeStep>>();

        Assert.Equal(4, fault.Message.Run);
        Assert.Contains(
            "the total histogram of trial 0, attempt 1",
            Assert.Single(fault.Exceptions).Message,
            StringComparison.Ordinal);
    }

    private static async Task UntilAsync(Func<bool> isSo)
    {
        using CancellationTokenSource patience = new(s_patience);
        while (!isSo())
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>An aggregator on a bus of its own.</summary>
    private sealed class Running(ServiceProvider services, Stored stored) : IAsyncDisposable
    {
        public Task PublishAsync<T>(T message)
            where T : class => services.GetRequiredService<IBus>().Publish(
                message, TestContext.Current.CancellationToken);

        public static async Task<Running> StartAsync(string connectionString)
        {
            Stored stored = new();
            ServiceProvider services = new ServiceCollection().AddLogging().AddMassTransit(bus =>
            {
                bus.AddAggregatorOnPostgres(() => connectionString);
                bus.UsingInMemory((context, configurator) =>
                {
                    configurator.ReceiveEndpoint("test", endpoint =>
                    {
                        endpoint.Handler<TrialStored>(_ => stored.AddAsync());
                        endpoint.Handler<RerunRecorded>(context => stored.KeepAsync(context.Message));
                        endpoint.Handler<StepRecomputed>(context => stored.KeepAsync(context.Message));
                        endpoint.Handler<Fault<RecomputeStep>>(context => stored.KeepAsync(context.Message));
                    });
                    configurator.ConfigureEndpoints(context);
                });
            }).BuildServiceProvider();
            await services.GetRequiredService<IBusControl>().StartAsync();
            return new Running(services, stored);
        }

        public Task StoredAsync(int count) => UntilAsync(() => stored.Count >= count);

        public async Task<T> FirstAsync<T>()
        {
            await UntilAsync(() => stored.Answers.OfType<T>().Any());
            return stored.Answers.OfType<T>().First();
        }

        public async ValueTask DisposeAsync()
        {
            await services.GetRequiredService<IBusControl>().StopAsync();
            await services.DisposeAsync();
        }
    }

    private sealed class Stored
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        /// <summary>All other answers.</summary>
        public ConcurrentQueue<object> Answers { get; } = [];

        public Task KeepAsync(object answer)
        {
            Answers.Enqueue(answer);
            return Task.CompletedTask;
        }

        public Task AddAsync()
        {
            Interlocked.Increment(ref _count);
            return Task.CompletedTask;
        }
    }
}
