using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Plumbline.Scheduler.Tests;

/// <summary>The scheduler on a real bus, in memory.</summary>
public sealed class Consumer_specs : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private readonly ServiceProvider _services = new ServiceCollection()
        .AddSingleton<IExperimentStore, InMemoryExperimentStore>()
        .AddMassTransitTestHarness(bus =>
        {
            bus.AddScheduler();
            bus.AddConsumer<BrokenScaler>();
            bus.SetTestTimeouts(testInactivityTimeout: TimeSpan.FromSeconds(5));
        })
        .BuildServiceProvider(true);

    private ITestHarness Harness => _services.GetRequiredService<ITestHarness>();

    public async ValueTask InitializeAsync() => await Harness.Start();

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    [Fact]
    public async Task A_wrong_request_is_rejected_by_field_and_nothing_else_happens()
    {
        await Harness.Bus.Publish(
            new ExperimentRequested { ExperimentId = _id, Spec = new ExperimentSpec { Trials = 0 } }, Token);

        Assert.True(await Harness.Published.Any<ExperimentRejected>(
            message => message.Context.Message.Errors.Single().Field == "trials", Token));
        Assert.False(await Harness.Published.Any<ExperimentStarted>(Token));
        Assert.False(await Harness.Published.Any<ScaleStep>(Token));
    }

    [Fact]
    public async Task A_request_delivered_twice_starts_one_experiment()
    {
        ExperimentRequested request = new() { ExperimentId = _id, Spec = new ExperimentSpec() };
        await Harness.Bus.Publish(request, Token);
        await Harness.Bus.Publish(request, Token);
        await Harness.InactivityTask;

        Assert.Equal(1, await Harness.Published.SelectAsync<ExperimentStarted>(Token).Count());
        Assert.Equal(1, await Harness.Published.SelectAsync<ScaleStep>(Token).Count());
    }

    [Fact]
    public async Task A_failing_worker_ends_the_experiment_with_its_reason_after_a_removal()
    {
        await Harness.Bus.Publish(new ExperimentRequested { ExperimentId = _id, Spec = new ExperimentSpec() }, Token);
        Assert.True(await Harness.Published.Any<RemoveServices>(Token));
        await Harness.Bus.Publish(new ServicesRemoved { ExperimentId = _id }, Token);

        Assert.True(await Harness.Published.Any<ExperimentFailed>(
            message => message.Context.Message.Reason.Contains("no nft here", StringComparison.Ordinal), Token));
    }

    private sealed class BrokenScaler : IConsumer<ScaleStep>
    {
        public Task Consume(ConsumeContext<ScaleStep> context) => throw new InvalidOperationException("no nft here");
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;
}
