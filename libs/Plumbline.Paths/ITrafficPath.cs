using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Paths;

/// <summary>
/// One way of packets into a node's data plane, a value of <see cref="Axes.Path"/>: by which side they enter, what
/// kernel probes know them by, and which rules, addresses and ports they aim at. Nothing outside this library asks
/// which path it has.
/// </summary>
public interface ITrafficPath
{
    /// <summary>As <c>cluster-ip</c>.</summary>
    string Name { get; }

    /// <summary>
    /// Enters the node by this path. <see cref="TrafficEntry.Identity"/> says how probes know its packets.
    /// </summary>
    /// <param name="access">The surroundings, which know the node.</param>
    /// <param name="node">The cluster's node; null in the lab.</param>
    /// <exception cref="NodeGoneException">There is no such node.</exception>
    Task<TrafficEntry> EnterAsync(
        INodeAccess access, Guid experimentId, DataPlane dataPlane, MeasuredNode? node, CancellationToken token);

    /// <summary>
    /// Chooses what packets aim at, among the rules that the path's packets meet and the protocol matches. Pure.
    /// </summary>
    /// <param name="rules">The rules in the kernel, in their order.</param>
    /// <param name="node">The cluster's node, which names the Services that may be measured; null in the lab.</param>
    /// <exception cref="InvalidOperationException">There is no rule to aim at.</exception>
    Targets Choose(ServiceRuleSet rules, Position position, ServiceProtocol protocol, MeasuredNode? node);
}
