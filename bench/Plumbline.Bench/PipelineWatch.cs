using System.Diagnostics;
using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Store.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Plumbline.Bench;

/// <summary>A message of the pipeline, and when the broker published it.</summary>
internal sealed record Seen(string Type, JsonElement Message, long Timestamp);

/// <summary>Receives the workers' messages in a queue of its own.</summary>
internal sealed class PipelineWatch(IConnection connection, IChannel channel) : IAsyncDisposable
{
    private static readonly string[] s_types =
        ["ScaleStep", "ServicesScaled", "MeasureTrial", "TrialMeasured", "TrialStored"];

    private readonly List<Seen> _seen = [];

    /// <summary>The messages so far, in the order of arrival.</summary>
    public IReadOnlyList<Seen> Seen
    {
        get
        {
            lock (_seen)
            {
                return [.. _seen];
            }
        }
    }

    public static async Task<PipelineWatch> StartAsync(IConnection connection, CancellationToken token)
    {
        IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        PipelineWatch watch = new(connection, channel);
        string queue = (await channel.QueueDeclareAsync(cancellationToken: token)).QueueName;
        foreach (string type in s_types)
        {
            await channel.QueueBindAsync(queue, $"Plumbline.Contracts:{type}", "", cancellationToken: token);
        }

        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += (_, delivery) => watch.AddAsync(delivery);
        await channel.BasicConsumeAsync(queue, autoAck: true, consumer, token);
        return watch;
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        await connection.DisposeAsync();
    }

    private Task AddAsync(BasicDeliverEventArgs delivery)
    {
        long now = Stopwatch.GetTimestamp();
        JsonElement message =
            JsonSerializer.Deserialize<JsonElement>(delivery.Body.Span).GetProperty("message").Clone();
        lock (_seen)
        {
            _seen.Add(new Seen(delivery.Exchange.Split(':')[^1], message, now));
        }

        return Task.CompletedTask;
    }
}
