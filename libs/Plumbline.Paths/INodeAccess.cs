using Plumbline.Contracts;

namespace Plumbline.Paths;

/// <summary>
/// The surroundings in which a node is measured, with a door to the node for each side that a path may enter by: a lab
/// node, or a cluster's node that the process runs on.
/// </summary>
public interface INodeAccess
{
    /// <summary>
    /// Enters as a pod of the node does. Packets go to an endpoint unless the path gives them a Service port.
    /// </summary>
    /// <param name="node">The cluster's node; null in the lab.</param>
    /// <exception cref="NodeGoneException">There is no such node.</exception>
    Task<TrafficEntry> EnterAsPodAsync(
        Guid experimentId, DataPlane dataPlane, MeasuredNode? node, CancellationToken token);

    /// <summary>
    /// Enters a node of the experiment's own that has an empty chain for each function that evaluates rules, as far as
    /// the machine has tools and kernel for them. The first call makes the node; it is removed with the experiment's
    /// other nodes.
    /// </summary>
    Task<TrafficEntry> EnterEmptyChainsAsync(Guid experimentId, CancellationToken token);

    /// <summary>
    /// Enters a node of the experiment's own that has no rules, for control packets. It is removed with the
    /// experiment's other nodes, or with the entry.
    /// </summary>
    /// <param name="node">The cluster's node; null in the lab.</param>
    /// <exception cref="NodeGoneException">The experiment has no nodes any more.</exception>
    Task<TrafficEntry> EnterControlAsync(Guid experimentId, MeasuredNode? node, CancellationToken token);

    /// <summary>Waits until no other worker measures here. The next one may when the result is disposed of.</summary>
    Task<IDisposable> TakeTurnAsync(CancellationToken token);
}
