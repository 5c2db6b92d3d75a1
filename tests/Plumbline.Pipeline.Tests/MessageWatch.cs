using RabbitMQ.Client;

namespace Plumbline.Pipeline.Tests;

/// <summary>Receives every published message of one type, in a queue of its own.</summary>
internal sealed class MessageWatch : IAsyncDisposable
{
    private readonly IConnection _connection;
    private readonly IChannel _channel;
    private readonly string _queue;

    private MessageWatch(IConnection connection, IChannel channel, string queue) =>
        (_connection, _channel, _queue) = (connection, channel, queue);

    /// <param name="message">Name of a type in the contracts. MassTransit has an exchange of this name.</param>
    public static async Task<MessageWatch> StartAsync(Pipeline pipeline, string message)
    {
        IConnection connection = await pipeline.ConnectAsync();
        IChannel channel = await connection.CreateChannelAsync();
        QueueDeclareOk queue = await channel.QueueDeclareAsync();
        await channel.QueueBindAsync(queue.QueueName, $"Plumbline.Contracts:{message}", "");
        return new MessageWatch(connection, channel, queue.QueueName);
    }

    /// <summary>Waits for this many more messages.</summary>
    public async Task WaitAsync(int count = 1)
    {
        long deadline = Environment.TickCount64 + 240_000;
        while (count > 0)
        {
            if (await _channel.BasicGetAsync(_queue, autoAck: true) is not null)
            {
                count--;
                continue;
            }

            Assert.True(Environment.TickCount64 < deadline, "the message was not published within four minutes");
            await Task.Delay(5);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _channel.DisposeAsync();
        await _connection.DisposeAsync();
    }
}
