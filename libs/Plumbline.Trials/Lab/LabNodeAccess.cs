using Plumbline.Contracts;
using Plumbline.Lab;

namespace Plumbline.Trials.Lab;

/// <summary>Enters a lab node from its client namespace.</summary>
public sealed class LabNodeAccess : INodeAccess
{
    public async Task<TrafficEntry> EnterAsync(Guid experimentId, DataPlane dataPlane)
    {
        LabNode node = LabNode.Of(experimentId, dataPlane);
        if (!node.Node.Exists || !node.Client.Exists)
        {
            throw new NodeGoneException($"the node of experiment {experimentId} with {dataPlane.WireName()} is not there: the experiment has ended, or someone has removed it");
        }

        return await EnterAsync(node, dataPlane == DataPlane.NoRules ? LabNode.EndpointPort : LabNode.ServicePort);
    }

    public async Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token)
    {
        LabNode node = LabNode.OfEmptyChains(experimentId);
        if (node.Namespaces.Any(each => !each.Exists))
        {
            await LabNetwork.CreateAsync(node, token);
            await EmptyChains.AddAsync(node.Node, token);
        }

        return await EnterAsync(node, LabNode.EndpointPort);
    }

    private static async Task<TrafficEntry> EnterAsync(LabNode node, int destinationPort) => new()
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
