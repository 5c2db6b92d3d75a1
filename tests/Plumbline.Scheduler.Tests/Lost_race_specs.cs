using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Plumbline.Scheduler.Tests;

/// <summary>When another scheduler was faster, this one takes its message again and acts on the new state.</summary>
public sealed class Lost_race_specs
{
    [Fact]
    public async Task A_message_that_loses_a_race_is_taken_again_without_a_fault()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddSingleton<IExperimentStore, OftenTooLate>()
            .AddSingleton(Inability.None)
            .AddSingleton(new FakeNode())
            .AddMassTransitTestHarness(bus =>
            {
                bus.AddScheduler();
                bus.AddConsumer<FakeServices>();
            })
            .BuildServiceProvider(validateScopes: true);
        ITestHarness harness = await services.StartTestHarness();
        CancellationToken token = TestContext.Current.CancellationToken;

        await harness.Bus.Publish(new ExperimentRequested { ExperimentId = World.Id(1), Spec = Specs.Small }, token);

        IPublishedMessage<ExperimentCompleted>? completed =
            await harness.Published.SelectAsync<ExperimentCompleted>(token).FirstOrDefault();
        Assert.Equal(12, completed?.Context.Message.AcceptedTrials);
        Assert.Single(harness.Published.Select<ExperimentStarted>(token));
        Assert.False(await harness.Published.Any<Fault>(new CancellationToken(canceled: true)));
    }

    /// <summary>Loses every third race, before it stores anything.</summary>
    private sealed class OftenTooLate : IExperimentStore
    {
        private readonly InMemoryExperimentStore _store = new();
        private int _saves;

        public Task<ExperimentState?> FindAsync(Guid experimentId, CancellationToken token) =>
            _store.FindAsync(experimentId, token);

        public Task<IReadOnlyList<ExperimentState>> ListAsync(string idPrefix, int limit, CancellationToken token) =>
            _store.ListAsync(idPrefix, limit, token);

        public Task<IReadOnlyList<QueueEntry>> ListActiveAsync(CancellationToken token) =>
            _store.ListActiveAsync(token);

        public Task<IReadOnlyList<Guid>> ListOverdueAsync(DateTimeOffset now, CancellationToken token) =>
            _store.ListOverdueAsync(now, token);

        public Task<IReadOnlyList<OutboxMessage>> SaveAsync(
            ExperimentState state, IReadOnlyList<object> messages, DateTimeOffset now, CancellationToken token) =>
            _saves++ % 3 == 0
                ? throw new ExperimentChangedException(state.Plan.ExperimentId)
                : _store.SaveAsync(state, messages, now, token);

        public Task<IReadOnlyList<OutboxMessage>> ListUnpublishedAsync(
            DateTimeOffset keptUntil, CancellationToken token) =>
            _store.ListUnpublishedAsync(keptUntil, token);

        public Task ForgetPublishedAsync(IReadOnlyList<Guid> messageIds, CancellationToken token) =>
            _store.ForgetPublishedAsync(messageIds, token);
    }
}
