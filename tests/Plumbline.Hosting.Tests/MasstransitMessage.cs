using System.Text;
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
}
