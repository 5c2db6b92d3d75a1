using MassTransit;
using Plumbline.Cli.Watching;
using Plumbline.Hosting;

namespace Plumbline.Cli.Pipeline;

/// <summary>Receives the pipeline's events in a queue that disappears with this process.</summary>
internal sealed class WatchingBus : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private readonly IBusControl _bus;

    private WatchingBus(IBusControl bus) => (_bus, Clients) = (bus, bus.CreateClientFactory());

    /// <summary>Sends questions to workers.</summary>
    public IClientFactory Clients { get; }

    /// <summary>Receives every event from now on.</summary>
    /// <exception cref="UserException">The broker cannot be used.</exception>
    public static async Task<WatchingBus> StartAsync(BrokerOptions broker, ExperimentEvents events)
    {
        IBusControl bus = Bus.Factory.CreateUsingRabbitMq(configurator =>
        {
            configurator.Host(broker);
            configurator.ReceiveEndpoint(new TemporaryEndpointDefinition("plumbline-watch"), null, endpoint =>
            {
                // One at a time keeps their order.
                endpoint.ConcurrentMessageLimit = 1;
                endpoint.Consumer(() => new ExperimentEventsConsumer(events));
                endpoint.Consumer(() => new PipelineEventsConsumer(events));
            });
        });
        try
        {
            using CancellationTokenSource patience = new(s_patience);
            await bus.StartAsync(patience.Token);
            return new WatchingBus(bus);
        }
        catch (Exception exception) when (exception is RabbitMqConnectionException or OperationCanceledException)
        {
            throw BrokerTrouble.Of(broker, exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        using CancellationTokenSource patience = new(s_patience);
        await _bus.StopAsync(patience.Token);
    }
}
