using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What each step was on a node when it was ready: its rules, the time until they were there, and what kube-proxy told.</summary>
/// <param name="Rows">In the order of the plan, with a cell for each of <see cref="Columns"/>; none for a lab.</param>
public sealed record NodeStepTable(IReadOnlyList<string[]> Rows)
{
    public static readonly IReadOnlyList<string> Columns =
    [
        "step", "Services", "rules of them", "Service rules in all", "s to program", "kube-proxy's mode", "syncs until then", "s of syncs", "last sync ended",
    ];

    public static NodeStepTable Of(ExperimentResults results) => new(
    [
        .. from step in results.OfOneMachine().Steps
           from node in step.Nodes
           orderby step.Step
           select RowOf(step, node, step.DataPlanes.Max(each => each.Services)),
    ]);

    private static string[] RowOf(ServicesScaled step, ScaledNode node, int services) =>
    [
        step.Step.ToString(CultureInfo.InvariantCulture),
        Figures.Integer(services),
        Figures.Integer(node.Rules),
        Figures.Integer(node.AllRules),
        services == 0 ? Figures.Unknown : Figures.Seconds(node.ProgrammingNs),
        node.KubeProxy?.Mode ?? Figures.Unknown,
        node.KubeProxy?.Syncs is { } syncs ? Figures.Integer(syncs) : Figures.Unknown,
        node.KubeProxy?.SyncSeconds is { } seconds ? Figures.Seconds(seconds * 1e9) : Figures.Unknown,
        node.KubeProxy?.LastSyncUnixSeconds is { } ended ? Figures.Time(DateTimeOffset.UnixEpoch.AddSeconds(ended)) : Figures.Unknown,
    ];
}
