using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.Paths.Lab;

namespace Plumbline.Paths.Cluster;

/// <summary>Enters a cluster's node from a namespace beside it, which lives as long as the entry.</summary>
/// <param name="node">The node's namespace, which on a node is the process's own.</param>
/// <param name="role">See <see cref="PodEntry"/>.</param>
public sealed class ClusterNodeAccess(NetworkNamespace node, char role, KubeProxyMetrics kubeProxy) : INodeAccess
{
    private const string TurnLock = "plumbline-measuring";

    public async Task<TrafficEntry> EnterAsPodAsync(
        Guid experimentId, DataPlane dataPlane, MeasuredNode? measured, CancellationToken token)
    {
        if (measured is null)
        {
            throw new NodeGoneException(
                "the trial is for a lab's node, and this worker measures on a cluster's node (PLUMBLINE_PROBE__NODE)");
        }

        PodEntry entry = new(experimentId, measured.Name, role, SourcePrefix.Parse(measured.SourcePrefix));
        IpAddress endpoint = IpAddress.Parse(measured.EndpointIp);
        uint inode = await node.InodeAsync();
        await entry.CreateAsync(node, token);
        return new TrafficEntry
        {
            Sender = entry.Pod,
            SenderDevice = PodEntry.Device,
            SenderMac = PodEntry.PodMac,
            NodeMac = PodEntry.NodeMac,
            Sources = entry.Sources.Flows,
            Node = node,
            Identity = new PacketIdentity(entry.IngressIndex, inode),
            EndpointIp = endpoint,
            EndpointPort = measured.EndpointPort,
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
            return await LabNodeAccess.EnterAsync(empty) with { Leave = () => LabNetwork.RemoveAsync(empty) };
        }
        catch
        {
            await LabNetwork.RemoveAsync(empty);
            throw;
        }
    }

    /// <remarks>The node's workers have containers of their own, so a file would not be shared.</remarks>
    public async Task<IDisposable> TakeTurnAsync(CancellationToken token) =>
        await NamespaceLock.TakeAsync(node, TurnLock, token);
}
