using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Cluster;

/// <summary>Enters a cluster's node from a namespace beside it, which lives as long as the entry.</summary>
/// <param name="node">The node's namespace: the process's own, on a node.</param>
/// <param name="role">See <see cref="PodEntry"/>.</param>
public sealed class ClusterNodeAccess(NetworkNamespace node, char role, KubeProxyMetrics kubeProxy) : INodeAccess
{
    /// <summary>The first port of every Service of an experiment.</summary>
    public const int ServicePort = LabNode.ServicePort;

    public async Task<TrafficEntry> EnterAsync(Guid experimentId, DataPlane dataPlane, MeasuredNode? place, CancellationToken token)
    {
        if (place is null)
        {
            throw new NodeGoneException("the trial is a lab's, and this probe measures on a cluster's node (PLUMBLINE_PROBE__NODE)");
        }

        PodEntry entry = new(experimentId, place.Name, role, SourcePrefix.Parse(place.SourcePrefix));
        await entry.CreateAsync(node, token);
        return new TrafficEntry
        {
            Sender = entry.Pod,
            SenderDevice = PodEntry.Device,
            SenderMac = PodEntry.PodMac,
            NodeMac = PodEntry.NodeMac,
            Sources = entry.Sources.Flows,
            Node = node,
            IngressIndex = entry.IngressIndex,
            NodeNetnsInode = await node.InodeAsync(),
            EndpointIp = Ipv4.Parse(place.EndpointIp),
            DestinationPort = dataPlane == DataPlane.NoRules ? place.EndpointPort : ServicePort,
            KubeProxy = kubeProxy,
            Leave = () => entry.RemoveAsync(node),
        };
    }

    public async Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token)
    {
        LabNode empty = LabNode.OfEmptyChains(experimentId);
        try
        {
            await LabNetwork.CreateAsync(empty, token);
            await EmptyChains.AddAsync(empty.Node, token);
            return await LabNodeAccess.EnterAsync(empty, LabNode.EndpointPort) with { Leave = () => LabNetwork.RemoveAsync(empty) };
        }
        catch
        {
            await LabNetwork.RemoveAsync(empty);
            throw;
        }
    }
}
