using MassTransit;
using MassTransit.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.ServiceScaler;

namespace Plumbline.Cluster.Tests;

/// <summary>
/// The worker's commands in a cluster, over a bus: once, twice, late, cancelled, and after a restart.
/// </summary>
public sealed class Worker_specs : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;
    private ScalerLife _life = null!;
    private ServiceProvider _services = null!;
    private ITestHarness _harness = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync();
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(1);
        await BeginLifeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await EndLifeAsync();
        await _view.AssertNothingLeftAsync();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_command_of_an_experiment_is_answered_and_nothing_is_left()
    {
        foreach ((int step, int services) in ((int, int)[])[(0, 0), (1, 50), (2, 20), (3, 0)])
        {
            await _harness.Bus.Publish(ScalerLife.Step(_id, step, services), Token);
            Assert.True(
                await _harness.Published.Any<ServicesScaled>(
                    each =>
                        each.Context.Message.Step == step
                            && each.Context.Message.DataPlanes[0].Cell.Services == services,
                    Token));
        }

        await RemoveAsync();
    }

    [Fact]
    public async Task A_complete_step_is_answered_again_also_after_a_restart_without_any_write()
    {
        await _harness.Bus.Publish(ScalerLife.Step(_id, 1, 20), Token);
        Assert.True(await _harness.Published.Any<ServicesScaled>(Token));
        await EndLifeAsync();
        await BeginLifeAsync();
        int writes = _server.Writes.Count;

        await _harness.Bus.Publish(ScalerLife.Step(_id, 1, 20), Token);

        Assert.True(
            await _harness.Published.Any<ServicesScaled>(
                each => each.Context.Message.DataPlanes[0].Rules == 20, Token));
        Assert.Equal(writes, _server.Writes.Count);
        await RemoveAsync();
    }

    [Fact]
    public async Task A_cancel_stops_the_work_and_the_removal_after_it_leaves_nothing()
    {
        _server.Latency = TimeSpan.FromMilliseconds(10);
        await _harness.Bus.Publish(ScalerLife.Step(_id, 1, 3_000), Token);
        await Waiting.UntilAsync(async () => (await _view.NamesAsync(_id)).Services.Length > 20);

        await _harness.Bus.Publish(new CancelExperiment { ExperimentId = _id }, Token);
        await RemoveAsync();

        Assert.False(_harness.Published.Select<ServicesScaled>(new CancellationToken(canceled: true)).Any());
        Assert.False(_harness.Published.Select<Fault<ScaleStep>>(new CancellationToken(canceled: true)).Any());
    }

    [Fact]
    public async Task A_refusal_is_the_faults_only_reason()
    {
        _server.Denied.Add(("create", "services"));

        await _harness.Bus.Publish(ScalerLife.Step(_id, 1, 20), Token);

        IPublishedMessage<Fault<ScaleStep>> fault = await _harness.Published.SelectAsync<Fault<ScaleStep>>(Token)
            .First();
        Assert.Equal(
            $"the API server does not let this worker create services in namespace plumbline-{_id:N}: grant what "
            + "docs/cluster.md lists",
            Assert.Single(fault.Context.Message.Exceptions).Message);
    }

    private async Task RemoveAsync()
    {
        await _harness.Bus.Publish(new RemoveServices { ExperimentId = _id }, Token);
        Assert.True(await _harness.Published.Any<ServicesRemoved>(Token));
        await _view.AssertNothingLeftAsync();
    }

    private async Task BeginLifeAsync()
    {
        _life = new ScalerLife(_server);
        ServiceCollection services = new();

        // Not the scaler's: MassTransit keeps the first logger factory that it gets.
        services.AddSingleton<ILoggerFactory>(NullLoggerFactory.Instance);
        services.AddLogging();
        services.AddSingleton<IServiceCluster>(_life.Cluster);
        services.AddMassTransitTestHarness(bus => bus.AddServiceScalerForCluster());
        _services = services.BuildServiceProvider(validateScopes: true);
        _harness = _services.GetRequiredService<ITestHarness>();
        _harness.TestInactivityTimeout = TimeSpan.FromSeconds(30);
        await _harness.Start();
    }

    private async Task EndLifeAsync()
    {
        await _services.DisposeAsync();
        _life.Dispose();
    }
}
