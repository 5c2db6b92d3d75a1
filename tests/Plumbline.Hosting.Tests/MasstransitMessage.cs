using System.Text;
using Plumbline.Contracts;
using RabbitMQ.Client;

namespace Plumbline.Hosting.Tests;

/// <summary>Sends messages in MassTransit's form from a plain RabbitMQ client.</summary>
internal static class MasstransitMessage
{
    public static async Task SendAsync(
        RabbitMqServer broker, string virtualHost, string queue, string type, string json)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        ConnectionFactory factory = new() { HostName = broker.Host, Port = broker.Port, VirtualHost = virtualHost };
        await using IConnection connection = await factory.CreateConnectionAsync(token);
        await using IChannel channel = await connection.CreateChannelAsync(cancellationToken: token);
        string envelope = $$"""
            {
              "messageId": "{{Guid.NewGuid()}}",
              "messageType": ["urn:message:Plumbline.Contracts:{{type}}"],
              "message": {{json}}
            }
            """;
        BasicProperties properties = new() { ContentType = "application/vnd.masstransit+json" };
        await channel.BasicPublishAsync(
            "", queue, mandatory: true, properties, Encoding.UTF8.GetBytes(envelope), token);
    }

    /// <summary>Sends a <see cref="MeasureTrial"/> to rtt-probe: step 3, trial 14, attempt 2.</summary>
    public static Task SendTrialAsync(RabbitMqServer broker, string virtualHost, Guid experimentId, string measure) =>
        SendAsync(broker, virtualHost, "rtt-probe", nameof(MeasureTrial), $$"""
            {
              "key": { "experimentId": "{{experimentId}}", "step": 3, "trial": 14, "attempt": 2 },
              "measure": "{{measure}}",
              "cell": { "dataPlane": "nftables", "services": 10, "position": "last" },
              "repetition": 0, "packets": 1, "warmupPackets": 0, "ratePps": 1, "firstFlow": 0, "flows": 1, "seed": 1
            }
            """);
}
