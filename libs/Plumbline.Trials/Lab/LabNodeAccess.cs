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

        return new TrafficEntry
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
            DestinationPort = dataPlane == DataPlane.NoRules ? LabNode.EndpointPort : LabNode.ServicePort,
        };
    }
}
