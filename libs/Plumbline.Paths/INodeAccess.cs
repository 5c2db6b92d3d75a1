using System.Net.NetworkInformation;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths.Cluster;

namespace Plumbline.Paths;

/// <summary>Where traffic enters the measured node: a lab node's client, or a namespace of the probe's own beside a cluster node.</summary>
public interface INodeAccess
{
    /// <param name="place">What is known of a cluster's node; null in the lab.</param>
    /// <exception cref="NodeGoneException">There is no such node.</exception>
    Task<TrafficEntry> EnterAsync(Guid experimentId, DataPlane dataPlane, MeasuredNode? place = null, CancellationToken token = default);

    /// <summary>
    /// A node of the experiment's own that has an empty chain for each function which evaluates rules, as far as there are tools
    /// and kernel for them; made where it is not there yet, and removed with the experiment's.
    /// </summary>
    Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token);
}

/// <summary>How to send a packet into a node so that it arrives as a pod's does. Disposed of when the trial is over.</summary>
public sealed record TrafficEntry : IAsyncDisposable
{
    /// <summary>Namespace to send from.</summary>
    public required NetworkNamespace Sender { get; init; }

    public required string SenderDevice { get; init; }

    public required PhysicalAddress SenderMac { get; init; }

    /// <summary>Address of the node's device at the other end; anything else would be dropped as another host's.</summary>
    public required PhysicalAddress NodeMac { get; init; }

    /// <summary>Source addresses that the node takes for pods', of which no program opens connections.</summary>
    public required FlowSpace Sources { get; init; }

    /// <summary>Namespace whose rules are measured.</summary>
    public required NetworkNamespace Node { get; init; }

    /// <summary>Interface index of the device in it on which the packets arrive.</summary>
    public required int IngressIndex { get; init; }

    public required uint NodeNetnsInode { get; init; }

    /// <summary>Where the baseline arm sends to: an endpoint itself.</summary>
    public required uint EndpointIp { get; init; }

    /// <summary>Port that the Services have (the endpoint's own in the baseline arm).</summary>
    public required int DestinationPort { get; init; }

    /// <summary>Where kube-proxy tells of its syncs; null in the lab, which has none.</summary>
    public KubeProxyMetrics? KubeProxy { get; init; }

    /// <summary>Removes what was made for the entry alone.</summary>
    public Func<Task> Leave { get; init; } = () => Task.CompletedTask;

    public async ValueTask DisposeAsync() => await Leave();
}
