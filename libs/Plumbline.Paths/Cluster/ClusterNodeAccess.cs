using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.Paths.Lab;

namespace Plumbline.Paths.Cluster;

/// <summary>Enters a cluster's node from a namespace beside it, which lives as long as the entry.</summary>
/// <param name="nodeNamespace">The node's namespace, which on a node is the process's own.</param>
/// <param name="role">See <see cref="PodEntry"/>.</param>
public sealed class ClusterNodeAccess(NetworkNamespace nodeNamespace, char role, KubeProxyMetrics kubeProxy)
    : INodeAccess
{
    private const string TurnLock = "plumbline-measuring";

    public async Task<TrafficEntry> EnterAsPodAsync(
        Guid experimentId, DataPlane dataPlane, MeasuredNode? node, CancellationToken token)
    {
        if (node is null)
        {
            throw new NodeGoneException(
                "the trial is for a lab's node, and this worker measures on a cluster's node (PLUMBLINE_PROBE__NODE)");
        }

        PodEntry entry = new(experimentId, node.Name, role, SourcePrefix.Parse(node.SourcePrefix));
        IpAddress endpoint = IpAddress.Parse(node.EndpointIp);
        uint inode = await nodeNamespace.InodeAsync();
        await entry.CreateAsync(nodeNamespace, token);
        return new TrafficEntry
        {
            Sender = entry.Pod,
            SenderDevice = PodEntry.Device,
            SenderMac = PodEntry.PodMac,
            NodeMac = PodEntry.NodeMac,
            Sources = entry.Sources.Flows,
            SourcesAreLocal = entry.Sources.Count == 1,
            Node = nodeNamespace,
            Watched = [new WatchedNamespace("node", nodeNamespace)],
            Identity = new PacketIdentity(entry.IngressIndex, inode),
            EndpointIp = endpoint,
            EndpointPort = node.EndpointPort,
            KubeProxy = kubeProxy,
            Leave = () => entry.RemoveAsync(nodeNamespace),
        };
    }

    public Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token) =>
        EnterBesideAsync(LabNode.OfEmptyChains(experimentId), node => EmptyChains.AddAsync(node, token), token);

    public Task<TrafficEntry> EnterControlAsync(Guid experimentId, MeasuredNode? node, CancellationToken token) =>
        EnterBesideAsync(
            LabNode.OfControl(experimentId, $"-{PodEntry.Short(node?.Name ?? "")}"), _ => Task.CompletedTask, token);

    /// <remarks>The node's workers have containers of their own, so a file would not be shared.</remarks>
    public async Task<IDisposable> TakeTurnAsync(CancellationToken token) =>
        await NamespaceLock.TakeAsync(nodeNamespace, TurnLock, token);

    /// <summary>Enters a lab node on the cluster's node, which lives as long as the entry.</summary>
    private static async Task<TrafficEntry> EnterBesideAsync(
        LabNode beside, Func<NetworkNamespace, Task> furnishAsync, CancellationToken token)
    {
        try
        {
            await LabNetwork.CreateAsync(beside, token);
            await furnishAsync(beside.Node);
            return await LabNodeAccess.EnterAsync(beside) with { Leave = () => LabNetwork.RemoveAsync(beside) };
        }
        catch
        {
            await LabNetwork.RemoveAsync(beside);
            throw;
        }
    }
}
