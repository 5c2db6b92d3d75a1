using MassTransit;

namespace Plumbline.Hosting;

public static class NodeQueues
{
    /// <summary>Longer than the restart of a node or the rollout of a DaemonSet.</summary>
    private static readonly TimeSpan s_goneAfter = TimeSpan.FromHours(6);

    /// <summary>
    /// Lets the broker delete a cluster node's queue when nobody consumes from it for hours. Nodes come and go, and
    /// every node's queue gets every trial.
    /// </summary>
    /// <param name="node">Null for a queue that belongs to no node; it stays.</param>
    public static void ForgetQueueOfGoneNode(this IReceiveEndpointConfigurator endpoint, string? node)
    {
        if (node is not null && endpoint is IRabbitMqReceiveEndpointConfigurator rabbit)
        {
            rabbit.QueueExpiration = s_goneAfter;
        }
    }
}
