using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// Sits between the workers' exchanges and queues and delivers every message twice, with random delays, so that later
/// messages overtake it.
/// </summary>
internal sealed class Repeater : IAsyncDisposable
{
    private const int LongestDelayMs = 300;

    private readonly Random _random;
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly ConcurrentBag<Task> _deliveries = [];

    private Repeater(int seed, IConnection connection, IChannel channel) =>
        (_random, _connection, _channel) = (new Random(seed), connection, channel);

    /// <summary>Number of messages so far, each counted once.</summary>
    public int Messages => _deliveries.Count / 2;

    public static async Task<Repeater> StartAsync(Pipeline pipeline, int seed)
    {
        IConnection connection = await pipeline.ConnectAsync();
        Repeater repeater = new(seed, connection, await connection.CreateChannelAsync());
        foreach (string worker in Worker.All)
        {
            await repeater.TakeOverAsync(worker);
        }

        return repeater;
    }

    /// <summary>Waits until no more messages come and all copies are delivered.</summary>
    public async Task StopAsync()
    {
        int before;
        do
        {
            before = _deliveries.Count;
            await Task.WhenAll(_deliveries);
            await Task.Delay(LongestDelayMs);
        }
        while (_deliveries.Count > before);
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_deliveries);
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }

    /// <summary>MassTransit binds the exchange of an endpoint to the queue of the same name.</summary>
    private async Task TakeOverAsync(string queue)
    {
        string own = $"{queue}-before-repeats";
        await _channel.QueueDeclareAsync(own, durable: false, exclusive: true, autoDelete: true);
        await _channel.QueueBindAsync(own, queue, "");
        await _channel.QueueUnbindAsync(queue, queue, "");
        AsyncEventingBasicConsumer consumer = new(_channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            BasicProperties properties = new(delivery.BasicProperties);
            byte[] body = delivery.Body.ToArray();
            for (int copy = 0; copy < 2; copy++)
            {
                // All on this thread, so that the seed determines the delays.
                _deliveries.Add(DeliverAsync(queue, properties, body, _random.Next(LongestDelayMs)));
            }

            return Task.CompletedTask;
        };
        await _channel.BasicConsumeAsync(own, autoAck: true, consumer);
    }

    private async Task DeliverAsync(string queue, BasicProperties properties, byte[] body, int delayMs)
    {
        await Task.Delay(delayMs);
        await _channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
    }
}
