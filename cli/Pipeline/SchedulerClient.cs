using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Store.Storage;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using RabbitMQ.Client.Exceptions;

namespace Plumbline.Cli.Pipeline;

/// <summary>
/// Asks the scheduler and waits for its answer, one question at a time. Each question reconnects if it has to.
/// </summary>
internal sealed class SchedulerClient(BrokerOptions broker) : IAsyncDisposable
{
    private const string Queue = "plumbline.requests";

    /// <summary>RabbitMQ's name for answers without a queue (direct reply-to).</summary>
    private const string DirectReplies = "amq.rabbitmq.reply-to";

    /// <summary>
    /// The broker drops a question after this time, so that nothing happens after we reported that it did not.
    /// </summary>
    private static readonly TimeSpan s_kept = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan s_patience = s_kept + TimeSpan.FromSeconds(2);

    private IConnection? _connection;

    /// <summary>Checks that the broker can be used.</summary>
    /// <exception cref="UserException">It cannot be.</exception>
    public async Task DemandBrokerAsync()
    {
        try
        {
            await ConnectAsync(CancellationToken.None);
        }
        catch (Exception exception) when (IsOfBroker(exception))
        {
            throw BrokerTrouble.Of(broker, exception);
        }
    }

    /// <param name="request">One of <see cref="SchedulerMessages"/>.</param>
    /// <exception cref="UserException">The broker cannot be used, or no answer comes.</exception>
    public async Task<T> AskAsync<T>(byte[] request, CancellationToken token = default)
        where T : class
    {
        try
        {
            return SchedulerMessages.Answer<T>(await SendAsync(await ConnectAsync(token), request, token));
        }
        catch (Exception exception) when (IsOfBroker(exception))
        {
            throw BrokerTrouble.Of(broker, exception);
        }
        catch (TimeoutException)
        {
            throw new UserException(
                ExitCode.CannotRun,
                $"no scheduler took the request within {s_kept.TotalSeconds:F0} s; check that it runs and uses the "
                + $"broker at {broker.Host}:{broker.Port}");
        }
        catch (JsonException)
        {
            throw new UserException(
                ExitCode.CannotRun,
                "the scheduler's answer cannot be understood; check that it has the same version of Plumbline");
        }
    }

    /// <summary>The state of each experiment whose id has this prefix, with or without hyphens.</summary>
    /// <param name="idPrefix">Empty for all experiments.</param>
    /// <inheritdoc cref="AskAsync" path="/exception"/>
    public async Task<IReadOnlyList<ExperimentStatus>> StatusAsync(string idPrefix, CancellationToken token = default)
    {
        StatusAnswer answer = await AskAsync<StatusAnswer>(SchedulerMessages.Status(idPrefix), token);
        return answer.Errors.Count == 0 ? answer.Experiments : throw new UserException(
            ExitCode.BadInput, FieldErrors.Text(answer.Errors));
    }

    public async ValueTask DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private static bool IsOfBroker(Exception exception) =>
        exception is BrokerUnreachableException or OperationInterruptedException or SocketException or IOException;

    private async Task<IConnection> ConnectAsync(CancellationToken token)
    {
        if (_connection is { IsOpen: true })
        {
            return _connection;
        }

        await DisposeAsync();
        ConnectionFactory factory = broker.ConnectionFactory();
        factory.RequestedConnectionTimeout = s_kept;
        return _connection = await factory.CreateConnectionAsync("plumbline", token);
    }

    private static async Task<ReadOnlyMemory<byte>> SendAsync(
        IConnection connection, byte[] request, CancellationToken token)
    {
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        await channel.QueueDeclareAsync(
            Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: token);
        string correlationId = Guid.NewGuid().ToString();
        TaskCompletionSource<byte[]> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            answer.TrySetException(new OperationInterruptedException(reason));
            return Task.CompletedTask;
        };
        AsyncEventingBasicConsumer consumer = new(channel);
        consumer.ReceivedAsync += (_, delivery) =>
        {
            if (delivery.BasicProperties.CorrelationId == correlationId)
            {
                answer.TrySetResult(delivery.Body.ToArray());
            }

            return Task.CompletedTask;
        };
        await channel.BasicConsumeAsync(DirectReplies, autoAck: true, consumer, token);
        BasicProperties properties = new()
        {
            ContentType = "application/json",
            DeliveryMode = DeliveryModes.Persistent,
            Expiration = s_kept.TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            ReplyTo = DirectReplies,
            CorrelationId = correlationId,
        };
        await channel.BasicPublishAsync("", Queue, mandatory: false, properties, request, token);
        return await answer.Task.WaitAsync(s_patience, token);
    }
}
