using System.Text;
using RabbitMQ.Client;

namespace Plumbline.Hosting.Tests;

/// <summary>A message as a bus of ours would send it, from a client that is none.</summary>
internal static class MasstransitMessage
{
    public static async Task SendAsync(
        RabbitMqServer broker, string virtualHost, string queue, string type, string json)
    {
        ConnectionFactory factory = new() { HostName = broker.Host, Port = broker.Port, VirtualHost = virtualHost };
        await using IConnection connection = await factory.CreateConnectionAsync(TestContext.Current.CancellationToken);
        await using IChannel channel =
            await connection.CreateChannelAsync(cancellationToken: TestContext.Current.CancellationToken);
        string envelope =
            $$"""{ "messageId": "{{Guid.NewGuid()}}", "messageType": ["urn:message:Plumbline.Contracts:{{type}}"], "message": {{json}} }""";
        await channel.BasicPublishAsync(
            "", queue, mandatory: true, new BasicProperties { ContentType = "application/vnd.masstransit+json" },
            Encoding.UTF8.GetBytes(envelope),
            TestContext.Current.CancellationToken);
    }
}
