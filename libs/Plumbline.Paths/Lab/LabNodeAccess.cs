using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Lab;

/// <summary>Enters a lab node from its client namespace.</summary>
public sealed class LabNodeAccess : INodeAccess
{
    public async Task<TrafficEntry> EnterAsPodAsync(
        Guid experimentId, DataPlane dataPlane, MeasuredNode? node, CancellationToken token)
    {
        LabNode lab = LabNode.Of(experimentId, dataPlane);
        DemandNamespaces(lab, experimentId);
        return await EnterAsync(lab);
    }

    public async Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token)
    {
        LabNode node = LabNode.OfEmptyChains(experimentId);
        if (node.Namespaces.Any(each => !each.Exists))
        {
            await CreateAsync(node, experimentId, token);
        }

        return await EnterAsync(node);
    }

    public async Task<IDisposable> TakeTurnAsync(CancellationToken token) =>
        await LabLock.TakeAsync(LabLock.MeasuringPath, token);

    internal static async Task<TrafficEntry> EnterAsync(LabNode node) => new()
    {
        Sender = node.Client,
        SenderDevice = LabNode.ClientDevice,
        SenderMac = LabNode.ClientMac,
        NodeMac = LabNode.NodeClientMac,
        // The first address is the client's own, for programs that open connections.
        Sources = new FlowSpace(new IpAddress(LabNode.FirstClientIp + 1), LabNode.ClientIps - 1),
        Node = node.Node,
        Identity = new PacketIdentity(node.IngressIndex, await node.Node.InodeAsync()),
        EndpointIp = new IpAddress(LabNode.FirstEndpointIp),
        EndpointPort = LabNode.EndpointPort,
    };

    /// <summary>
    /// Creates the node, and removes it again if the experiment ended meanwhile: whoever removes the experiment's nodes
    /// cannot see this one until it is complete.
    /// </summary>
    private static async Task CreateAsync(LabNode node, Guid experimentId, CancellationToken token)
    {
        try
        {
            await LabNetwork.CreateAsync(node, token);
            await EmptyChains.AddAsync(node.Node, token);
            DemandNamespaces(LabNode.Of(experimentId, DataPlane.NoRules), experimentId);
        }
        catch
        {
            await LabNetwork.RemoveAsync(node);
            throw;
        }
    }

    private static void DemandNamespaces(LabNode node, Guid experimentId)
    {
        if (node.Namespaces.FirstOrDefault(each => !each.Exists) is { } missing)
        {
            throw new NodeGoneException(
                $"{missing} does not exist: experiment {experimentId} has ended, or someone removed the namespace");
        }
    }
}
