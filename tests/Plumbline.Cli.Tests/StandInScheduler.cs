using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using MassTransit;
using Plumbline.Store.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Plumbline.Cli.Tests;

/// <summary>
/// Replaces the scheduler on a virtual host of its own: answers requests as the test says, and publishes the pipeline's
/// events.
/// </summary>
internal sealed class StandInScheduler : IAsyncDisposable
{
    private const string Queue = "plumbline.requests";

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    private readonly RabbitMqServer _broker;
    private readonly string _virtualHost;
    private IConnection? _connection;
    private IBusControl? _bus;

    private StandInScheduler(RabbitMqServer broker, string virtualHost) =>
        (_broker, _virtualHost) = (broker, virtualHost);

    /// <summary>All requests, in their order.</summary>
    public ConcurrentQueue<JsonNode> Requests { get; } = new();

    /// <summary>An <c>env</c> command with the settings of this broker.</summary>
    public string[] Environment =>
    [
        "env",
        $"PLUMBLINE_BROKER__HOST={_broker.Host}",
        $"PLUMBLINE_BROKER__PORT={_broker.Port}",
        $"PLUMBLINE_BROKER__VIRTUALHOST={_virtualHost}",
        "PLUMBLINE_BROKER__USERNAME=guest", "PLUMBLINE_BROKER__PASSWORD=guest",
    ];

    /// <param name="answer">Returns null for no answer. Without it, no scheduler takes requests.</param>
    public static async Task<StandInScheduler> StartAsync(Func<JsonNode, object?>? answer)
    {
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        StandInScheduler scheduler = new(broker, await broker.CreateVirtualHostAsync());
        if (answer is not null)
        {
            await scheduler.ServeAsync(answer);
        }

        return scheduler;
    }

    public PlumblineProcess StartPlumbline(params string[] arguments) =>
        PlumblineProcess.StartThrough(Environment, arguments);

    public async Task<(int ExitCode, string Output)> RunPlumblineAsync(params string[] arguments)
    {
        using PlumblineProcess process = StartPlumbline(arguments);
        return (await process.ExitAsync(), process.Output);
    }

    /// <summary>Publishes an event on the bus.</summary>
    public async Task PublishAsync(object message)
    {
        if (_bus is null)
        {
            _bus = Bus.Factory.CreateUsingRabbitMq(configurator => configurator.Host(
                _broker.Host, (ushort)_broker.Port, _virtualHost, _ => { }));
            await _bus.StartAsync(TestContext.Current.CancellationToken);
        }

        await _bus.Publish(message, TestContext.Current.CancellationToken);
    }

    /// <summary>Number of requests that no scheduler took.</summary>
    public async Task<uint> CountWaitingAsync()
    {
        await using IConnection connection = await ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        return (await channel.QueueDeclarePassiveAsync(Queue)).MessageCount;
    }

    public async ValueTask DisposeAsync()
    {
        if (_bus is not null)
        {
            await _bus.StopAsync();
        }

        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private Task<IConnection> ConnectAsync() =>
        new ConnectionFactory { HostName = _broker.Host, Port = _broker.Port, VirtualHost = _virtualHost }
            .CreateConnectionAsync();

    private async Task ServeAsync(Func<JsonNode, object?> answer)
    {
        _connection = await ConnectAsync();
        IChannel channel = await _connection.CreateChannelAsync();
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false);
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            JsonNode request = JsonNode.Parse(delivery.Body.Span)!;
            Requests.Enqueue(request);
            if (answer(request) is { } answered)
            {
                byte[] body = JsonSerializer.SerializeToUtf8Bytes(answered, answered.GetType(), s_json);
                BasicProperties properties = new() { CorrelationId = delivery.BasicProperties.CorrelationId };
                await channel.BasicPublishAsync(
                    "", delivery.BasicProperties.ReplyTo!, mandatory: false, properties, body);
            }
        };
        await channel.BasicConsumeAsync(Queue, autoAck: true, consumer);
    }
}
