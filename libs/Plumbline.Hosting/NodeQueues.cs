using MassTransit;

namespace Plumbline.Hosting;

public static class NodeQueues
{
    /// <summary>Longer than a node is restarted, or a DaemonSet rolled out.</summary>
    private static readonly TimeSpan s_goneAfter = TimeSpan.FromHours(6);

    /// <summary>
    /// The queue of a cluster's node goes when nobody has taken from it for hours: nodes come and go, and every node hears of every trial.
    /// </summary>
    /// <param name="node">Null for a queue that is no node's: that one stays.</param>
    public static void ForgetQueueOfGoneNode(this IReceiveEndpointConfigurator endpoint, string? node)
    {
        if (node is not null && endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.QueueExpiration = s_goneAfter;
        }
    }
}
