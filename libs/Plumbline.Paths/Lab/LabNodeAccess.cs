using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Linux;

namespace Plumbline.Paths.Lab;

/// <summary>Enters a lab node from its client namespace.</summary>
public sealed class LabNodeAccess : INodeAccess
{
    public async Task<TrafficEntry> EnterAsPodAsync(
        Guid experimentId, DataPlane dataPlane, MeasuredNode? node, CancellationToken token)
    {
        LabNode lab = LabNode.Of(experimentId, dataPlane);
        return lab.Namespaces.FirstOrDefault(each => !each.Exists) is { } missing
            ? throw new NodeGoneException(
                $"{missing} does not exist: experiment {experimentId} has ended, or someone removed the namespace")
            : await EnterAsync(lab);
    }

    public Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token) => EnterBesideAsync(
        LabNode.OfEmptyChains(experimentId), experimentId, node => EmptyChains.AddAsync(node, token), token);

    public Task<TrafficEntry> EnterControlAsync(Guid experimentId, MeasuredNode? node, CancellationToken token) =>
        EnterBesideAsync(LabNode.OfControl(experimentId), experimentId, _ => Task.CompletedTask, token);

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
        Watched = node.Watched,
        Identity = new PacketIdentity(node.IngressIndex, await node.Node.InodeAsync()),
        EndpointIp = new IpAddress(LabNode.FirstEndpointIp),
        EndpointPort = LabNode.EndpointPort,
    };

    /// <summary>
    /// Enters a node beside the experiment's others, and makes it first if need be. It removes it again if the
    /// experiment ended meanwhile: whoever removes the experiment's nodes cannot see this one until it is complete.
    /// </summary>
    private static async Task<TrafficEntry> EnterBesideAsync(
        LabNode node, Guid experimentId, Func<NetworkNamespace, Task> furnishAsync, CancellationToken token)
    {
        if (node.Namespaces.All(each => each.Exists))
        {
            return await EnterAsync(node);
        }

        try
        {
            await LabNetwork.CreateAsync(node, token);
            await furnishAsync(node.Node);
            HashSet<string> own = [.. node.Namespaces.Select(each => each.Name!)];
            return LabNetwork.List(experimentId).All(own.Contains)
                ? throw new NodeGoneException($"experiment {experimentId} has ended")
                : await EnterAsync(node);
        }
        catch
        {
            await LabNetwork.RemoveAsync(node);
            throw;
        }
    }
}
