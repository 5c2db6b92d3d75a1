using Plumbline.Contracts;
using Plumbline.Lab;

namespace Plumbline.NodeProbe.Lab;

/// <summary>Enters a lab node from its client namespace.</summary>
public sealed class LabNodeAccess : INodeAccess
{
    public async Task<TrafficEntry> EnterAsync(Guid experimentId, DataPlane dataPlane)
    {
        LabNode node = LabNode.Of(experimentId, dataPlane);
        return new TrafficEntry
        {
            Sender = node.Client,
            SenderDevice = LabNode.ClientDevice,
            SenderMac = LabNode.ClientMac,
            NodeMac = LabNode.NodeClientMac,
            FirstSourceIp = LabNode.FirstClientIp,
            SourceIps = LabNode.ClientIps,
            Node = node.Node,
            IngressIndex = node.IngressIndex,
            NodeNetnsInode = await node.Node.InodeAsync(),
            EndpointIp = LabNode.FirstEndpointIp,
            DestinationPort = dataPlane == DataPlane.NoRules ? LabNode.EndpointPort : LabNode.ServicePort,
        };
    }
}
