using System.Net.NetworkInformation;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.Paths.Cluster;

namespace Plumbline.Paths;

/// <summary>How to send packets into a node. Dispose of it when the trial is over.</summary>
public sealed record TrafficEntry : IAsyncDisposable
{
    /// <summary>Namespace to send from.</summary>
    public required NetworkNamespace Sender { get; init; }

    public required string SenderDevice { get; init; }

    public required PhysicalAddress SenderMac { get; init; }

    /// <summary>Address of the node's device at the other end. The kernel drops packets to any other.</summary>
    public required PhysicalAddress NodeMac { get; init; }

    /// <summary>Source addresses that the node takes for pods'. No program opens connections from them.</summary>
    public required FlowSpace Sources { get; init; }

    /// <summary>
    /// Whether the sender's kernel takes the source addresses for its own, so that it answers what comes back to them.
    /// Otherwise it drops that silently.
    /// </summary>
    public bool SourcesAreLocal { get; init; }

    /// <summary>Namespace whose rules are measured.</summary>
    public required NetworkNamespace Node { get; init; }

    /// <summary>Namespaces whose rules must not change in a trial: the node, and in a lab all.</summary>
    public IReadOnlyList<WatchedNamespace> Watched { get; init; } = [];

    /// <summary>What kernel probes know these packets by.</summary>
    public required PacketIdentity Identity { get; init; }

    /// <summary>Where a baseline's packets go: an endpoint itself.</summary>
    public required IpAddress EndpointIp { get; init; }

    /// <summary>The port on which endpoints answer.</summary>
    public required int EndpointPort { get; init; }

    /// <summary>The port of the targets' rules; null in a baseline.</summary>
    public int? ServicePort { get; init; }

    /// <summary>The port that packets are sent to.</summary>
    public int DestinationPort => ServicePort ?? EndpointPort;

    /// <summary>Where kube-proxy reports its syncs; null in the lab, which has no kube-proxy.</summary>
    public KubeProxyMetrics? KubeProxy { get; init; }

    /// <summary>Removes what was made for this entry alone.</summary>
    public Func<Task> Leave { get; init; } = () => Task.CompletedTask;

    public async ValueTask DisposeAsync() => await Leave();
}
