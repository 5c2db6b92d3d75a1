using Plumbline.Contracts;

namespace Plumbline.Paths.Lab;

/// <summary>Enters a lab node from its client namespace.</summary>
public sealed class LabNodeAccess : INodeAccess
{
    public async Task<TrafficEntry> EnterAsync(Guid experimentId, DataPlane dataPlane, MeasuredNode? place = null, CancellationToken token = default)
    {
        LabNode node = LabNode.Of(experimentId, dataPlane);
        Demand(node, experimentId);
        return await EnterAsync(node, dataPlane == DataPlane.NoRules ? LabNode.EndpointPort : LabNode.ServicePort);
    }

    public async Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token)
    {
        LabNode node = LabNode.OfEmptyChains(experimentId);
        if (node.Namespaces.Any(each => !each.Exists))
        {
            await MakeAsync(node, experimentId, token);
        }

        return await EnterAsync(node, LabNode.EndpointPort);
    }

    /// <summary>Whoever removes the experiment's nodes does not know of this one while it is being made.</summary>
    private static async Task MakeAsync(LabNode node, Guid experimentId, CancellationToken token)
    {
        try
        {
            await LabNetwork.CreateAsync(node, token);
            await EmptyChains.AddAsync(node.Node, token);
            Demand(LabNode.Of(experimentId, DataPlane.NoRules), experimentId);
        }
        catch
        {
            await LabNetwork.RemoveAsync(node);
            throw;
        }
    }

    private static void Demand(LabNode node, Guid experimentId)
    {
        if (node.Namespaces.FirstOrDefault(each => !each.Exists) is { } missing)
        {
            throw new NodeGoneException($"{missing} is not there: experiment {experimentId} has ended, or someone has removed it");
        }
    }

    internal static async Task<TrafficEntry> EnterAsync(LabNode node, int destinationPort) => new()
    {
        Sender = node.Client,
        SenderDevice = LabNode.ClientDevice,
        SenderMac = LabNode.ClientMac,
        NodeMac = LabNode.NodeClientMac,
        // The first address is the client's own, for programs that open connections.
        Sources = new FlowSpace(LabNode.FirstClientIp + 1, LabNode.ClientIps - 1),
        Node = node.Node,
        IngressIndex = node.IngressIndex,
        NodeNetnsInode = await node.Node.InodeAsync(),
        EndpointIp = LabNode.FirstEndpointIp,
        DestinationPort = destinationPort,
    };
}
