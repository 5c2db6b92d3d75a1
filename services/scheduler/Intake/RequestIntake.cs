using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plumbline.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Plumbline.Scheduler.Intake;

/// <summary>
/// Takes requests that are plain JSON from a queue of their own, so that any AMQP client can publish one without knowing
/// MassTransit's envelope. What <see cref="RequestAnswers"/> makes of it is answered where the message names a reply queue. Either
/// way it is then acknowledged: nothing that somebody sends can stay and block the others.
/// </summary>
internal sealed class RequestIntake(RequestAnswers answers, IOptions<BrokerOptions> options, ILogger<RequestIntake> logger) : BackgroundService
{
    public const string Queue = "plumbline.requests";

    /// <summary>Queues of the workers: what is published before they are there is lost.</summary>
    private static readonly string[] s_workers = ["scheduler", "service-scaler", "aggregator"];

    /// <summary>Those of the lab's probes; a node of a cluster has its own, and the service scaler looks for it.</summary>
    private static readonly string[] s_labProbes = ["node-probe", "rtt-probe"];

    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(2);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await ConsumeAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                logger.LogWarning("requests cannot be taken from {Queue}: {Reason}; trying again", Queue, exception.Message);
                await Task.Delay(s_retry, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task ConsumeAsync(CancellationToken token)
    {
        await using IConnection connection = await options.Value.ConnectionFactory().CreateConnectionAsync("plumbline requests", token);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        await channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: token);

        // Requests may wait in their queue; what follows from them has none until the workers have made theirs.
        await DemandQueuesAsync(connection, s_workers, token);
        await channel.BasicQosAsync(0, 1, global: false, token);

        TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            closed.TrySetException(new InvalidOperationException(reason.ReplyText));
            return Task.CompletedTask;
        };
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += async (_, delivery) =>
        {
            try
            {
                await TakeAsync(connection, channel, delivery, token);
                await channel.BasicAckAsync(delivery.DeliveryTag, multiple: false, token);
            }
            catch (Exception exception)
            {
                // The bus or the database is away: the request goes back with the channel, and is taken again.
                closed.TrySetException(exception);
            }
        };
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, token);
        await closed.Task.WaitAsync(token);
    }

    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">A worker has never run yet on this broker.</exception>
    private static async Task DemandQueuesAsync(IConnection connection, IReadOnlyList<string> queues, CancellationToken token)
    {
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        foreach (string queue in queues)
        {
            await channel.QueueDeclarePassiveAsync(queue, token);
        }
    }

    private async Task TakeAsync(IConnection connection, IChannel channel, BasicDeliverEventArgs delivery, CancellationToken token)
    {
        ReadRequest request = RequestReader.Read(delivery.Body);
        if (await answers.IsForLabAsync(request, token))
        {
            await DemandQueuesAsync(connection, s_labProbes, token);
        }

        object answer = await answers.AnswerAsync(request, token);
        if (delivery.BasicProperties.ReplyTo is { Length: > 0 } replyTo)
        {
            BasicProperties properties = new() { ContentType = "application/json", CorrelationId = delivery.BasicProperties.CorrelationId };
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), s_json);
            await channel.BasicPublishAsync("", replyTo, mandatory: false, properties, body, token);
        }
    }
}
