using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>The data plane of a step's nodes.</summary>
/// <param name="DataPlane">The same on every node.</param>
/// <param name="Readings">One for each node, in the step's order.</param>
public sealed record NodeDataPlanes(DataPlane DataPlane, IReadOnlyList<NodeDataPlaneRead> Readings);

/// <summary>
/// Switches kube-proxy to a step's mode if it has one, and finds out which data plane the nodes have.
/// </summary>
public sealed class StepDataPlane(
    ProxyModeSwitch proxy, INodeQuestions nodes, ProgressReports reports, ILogger<StepDataPlane> logger)
{
    /// <summary>Repeats of a question that a node did not answer in time.</summary>
    private const int MostRepeats = 5;

    /// <exception cref="ClusterRefusedException">
    /// The step cannot be measured on the data plane that the nodes have.
    /// </exception>
    public async Task<NodeDataPlanes> PrepareAsync(ScaleStep step, CancellationToken token)
    {
        IReadOnlyList<NodeDataPlaneRead> readings = step.ProxyMode is { } mode
            ? await SwitchAsync(step, mode, token)
            : await ReadAsync(step, token);
        IReadOnlyList<DataPlane> asked = DataPlaneChoice.OfMode(step.ProxyMode, step.AllDataPlanes ?? step.DataPlanes);
        return new NodeDataPlanes(DataPlaneChoice.Choose(readings, asked, step.NftablesDialect), readings);
    }

    private Task<IReadOnlyList<NodeDataPlaneRead>> SwitchAsync(ScaleStep step, ProxyMode mode, CancellationToken token)
    {
        ScalingProgress progress = StepProgress.Of(step);
        return reports.DuringAsync(
            report => proxy.SwitchAsync(step, mode, now => report(progress with { ProxySwitch = now }), token), token);
    }

    /// <summary>
    /// A node that does not answer at the first step is refused. Later its node-probe may be busy with tens of
    /// thousands of rules, or may be restarting: then it is asked again.
    /// </summary>
    private async Task<IReadOnlyList<NodeDataPlaneRead>> ReadAsync(ScaleStep step, CancellationToken token)
    {
        for (int again = step.Step == 0 ? 0 : MostRepeats; ; again--)
        {
            try
            {
                return await nodes.ReadAsync(step.Nodes, token);
            }
            catch (ClusterRefusedException silence) when (again > 0)
            {
                logger.LogWarning("asking again: {Reason}", silence.Message);
            }
        }
    }
}
