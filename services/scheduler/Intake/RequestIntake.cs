using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Plumbline.Hosting;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Plumbline.Scheduler.Intake;

/// <summary>
/// Takes plain-JSON requests from a queue of their own, so that any AMQP client can publish one without MassTransit's
/// envelope. It sends <see cref="RequestAnswers"/>' answer to the message's reply queue, if it names one. Then it
/// acknowledges the message, so that no message can block the others.
/// </summary>
internal sealed class RequestIntake(
    RequestAnswers answers, IOptions<BrokerOptions> options, ILogger<RequestIntake> logger) : BackgroundService
{
    public const string Queue = "plumbline.requests";

    /// <summary>Queues of the workers. The broker drops messages that are published before these exist.</summary>
    private static readonly string[] s_workers = ["scheduler", "service-scaler", "aggregator"];

    /// <summary>
    /// Queues of the lab's measuring workers. A cluster's node has queues of its own, which the service scaler checks.
    /// </summary>
    private static readonly string[] s_labWorkers = ["node-probe", "rtt-probe"];

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
                logger.LogWarning(
                    "cannot take requests from {Queue}: {Reason}; trying again", Queue, exception.Message);
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
        await using IConnection connection =
            await options.Value.ConnectionFactory().CreateConnectionAsync("plumbline requests", token);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        await channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: token);

        // A request waits in this queue. What follows from it would be lost until the workers have declared theirs.
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
                // The bus or the database is away. Closing the channel returns the request, to be taken again.
                closed.TrySetException(exception);
            }
        };
        await channel.BasicConsumeAsync(Queue, autoAck: false, consumer, token);
        await closed.Task.WaitAsync(token);
    }

    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">
    /// A worker has never run on this broker.
    /// </exception>
    private static async Task DemandQueuesAsync(
        IConnection connection, IReadOnlyList<string> queues, CancellationToken token)
    {
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        foreach (string queue in queues)
        {
            await channel.QueueDeclarePassiveAsync(queue, token);
        }
    }

    private async Task TakeAsync(
        IConnection connection, IChannel channel, BasicDeliverEventArgs delivery, CancellationToken token)
    {
        ReadRequest request = RequestReader.Read(delivery.Body);
        if (await answers.IsForLabAsync(request, token))
        {
            await DemandQueuesAsync(connection, s_labWorkers, token);
        }

        object answer = await answers.AnswerAsync(request, token);
        if (delivery.BasicProperties.ReplyTo is { Length: > 0 } replyTo)
        {
            BasicProperties properties = new()
            {
                ContentType = "application/json",
                CorrelationId = delivery.BasicProperties.CorrelationId,
            };
            byte[] body = JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), s_json);
            await channel.BasicPublishAsync("", replyTo, mandatory: false, properties, body, token);
        }
    }
}
