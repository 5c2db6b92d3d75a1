using System.Collections.Concurrent;
using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plumbline.Scheduler.Postgres;

namespace Plumbline.Scheduler.Tests;

/// <summary>Two schedulers on one PostgreSQL, as in two processes.</summary>
public sealed class Two_schedulers_specs : IDisposable
{
    private static readonly Guid s_id = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000021");

    private readonly PostgresTestDatabase _database = PostgresServer.CreateDatabase();

    public void Dispose() => _database.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_schedulers_that_take_every_message_run_the_experiment_once()
    {
        Scheduler[] schedulers = [new(_database), new(_database)];
        ConcurrentQueue<OutboxMessage> published = new();
        await OnBothAsync(schedulers, driver => driver.RequestAsync(
            new ExperimentRequested { ExperimentId = s_id, Spec = Specs.Small }, Publish, Token));

        HashSet<Guid> answered = [];
        while (published.FirstOrDefault(IsUnanswered) is { } command)
        {
            answered.Add(command.Id);
            await OnBothAsync(schedulers, driver => driver.AdvanceAsync(
                s_id, (state, now) => Answer(state, command.Message, now), Publish, Token));
        }

        object[] all = [.. published.Select(message => message.Message)];
        Assert.Equal(published.Count, published.DistinctBy(message => message.Id).Count());
        Assert.Equal([0, 1, 2, 3], all.OfType<ScaleStep>().Select(scale => scale.Step));
        Assert.Equal(Enumerable.Range(0, 12), all.OfType<MeasureTrial>().Select(trial => trial.Key.Trial));
        Assert.Single(all.OfType<RemoveServices>());
        Assert.Single(all.OfType<ExperimentStarted>());
        Assert.Equal(12, Assert.Single(all.OfType<ExperimentCompleted>()).AcceptedTrials);
        Assert.Empty(await schedulers[0].Store.ListUnpublishedAsync(DateTimeOffset.MaxValue, Token));
        Array.ForEach(schedulers, scheduler => scheduler.Dispose());

        bool IsUnanswered(OutboxMessage message) => Life.IsCommand(message.Message) && !answered.Contains(message.Id);

        Task Publish(OutboxMessage message, CancellationToken token)
        {
            published.Enqueue(message);
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task Requests_to_both_at_once_run_one_after_the_other()
    {
        Scheduler[] schedulers = [new(_database), new(_database)];
        await Task.WhenAll(Enumerable.Range(1, 10).Select(number => Task.Run(
            () => RetriedAsync(() => schedulers[number % 2].Driver.RequestAsync(
                World.Request(number), (_, _) => Task.CompletedTask, Token)),
            Token)));

        IReadOnlyList<QueueEntry> active = await schedulers[0].Store.ListActiveAsync(Token);

        Assert.Equal(10, active.Count);
        Assert.Single(active, entry => entry.Phase == ExperimentPhase.Scaling);
        Array.ForEach(schedulers, scheduler => scheduler.Dispose());
    }

    [Fact]
    public async Task A_new_scheduler_continues_the_experiment_of_a_dead_one()
    {
        using (Scheduler dead = new(_database))
        {
            int published = 0;
            await Assert.ThrowsAsync<IOException>(() => dead.Driver.RequestAsync(
                new ExperimentRequested { ExperimentId = s_id, Spec = Specs.Small },
                (_, _) => ++published > 2 ? throw new IOException("killed") : Task.CompletedTask, Token));
        }

        FakeNode node = new();
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton(Inability.None)
            .AddSingleton(node)
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddScheduler();
                bus.AddConsumer<FakeServices>();
                bus.SetTestTimeouts(testInactivityTimeout: TimeSpan.FromSeconds(10));
            })
            .AddDurableExperiments(_ => _database.ConnectionString)
            .BuildServiceProvider(validateScopes: true);
        ITestHarness harness = await services.StartTestHarness();

        ExperimentCompleted completed =
            (await harness.Published.SelectAsync<ExperimentCompleted>(Token).FirstOrDefault())!.Context.Message;

        Assert.Equal((s_id, 12, 0), (completed.ExperimentId, completed.AcceptedTrials, completed.GivenUpTrials));
        Assert.Null(node.Step);
        await Task.WhenAll(services.GetServices<IHostedService>().Select(service => service.StopAsync(Token)));
    }

    private static Transition Answer(ExperimentState state, object command, DateTimeOffset now) => command switch
    {
        ScaleStep scale => ExperimentFlow.OnScaled(state,
            new ServicesScaled { ExperimentId = s_id, Run = scale.Run, Step = scale.Step, DataPlanes = [] }, now),
        MeasureTrial trial => ExperimentFlow.OnTrialStored(
            state,
            new TrialStored
            {
                Key = trial.Key, Measure = trial.Measure, Cell = trial.Cell,
                Accepted = true, Flags = [], Remarks = [],
            },
            now),
        _ => ExperimentFlow.OnRemoved(state, new ServicesRemoved { ExperimentId = s_id }, now),
    };

    private static Task OnBothAsync(IEnumerable<Scheduler> schedulers, Func<ExperimentDriver, Task> work) =>
        Task.WhenAll(schedulers.Select(scheduler => Task.Run(() => RetriedAsync(() => work(scheduler.Driver)), Token)));

    /// <summary>Repeats lost races, as the bus does.</summary>
    private static async Task RetriedAsync(Func<Task> work)
    {
        for (int attempt = 0; attempt < 100; attempt++)
        {
            try
            {
                await work();
                return;
            }
            catch (ExperimentChangedException)
            {
                await Task.Yield();
            }
        }

        Assert.Fail("a hundred races were lost");
    }

    private sealed class Scheduler : IDisposable
    {
        public Scheduler(PostgresTestDatabase database)
        {
            Store = new PostgresExperimentStore(database.ConnectionString);
            Driver = new ExperimentDriver(Store, TimeProvider.System);
        }

        public PostgresExperimentStore Store { get; }

        public ExperimentDriver Driver { get; }

        public void Dispose() => Store.Dispose();
    }
}
