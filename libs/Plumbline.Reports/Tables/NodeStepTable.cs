using System.Globalization;

namespace Plumbline.Reports.Tables;

/// <summary>
/// Each step on a node when it was ready: its rules, the time until they were there, and what kube-proxy reported.
/// </summary>
/// <param name="Rows">
/// In the order of the plan, with a text for each of <see cref="Columns"/>; empty for a lab.
/// </param>
public sealed record NodeStepTable(IReadOnlyList<string[]> Rows)
{
    public static readonly IReadOnlyList<string> Columns =
    [
        "step", "Services", "their rules", "all Service rules", "s to program", "kube-proxy's mode", "syncs so far",
        "s of syncs", "last sync ended",
    ];

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static NodeStepTable Of(ExperimentResults results) => new(
    [
        .. from step in results.OfOneMachine().Steps
           from node in step.Nodes
           orderby step.Step
           select RowOf(step.Step, node, step.DataPlanes.Max(each => each.Cell.Services)),
    ]);

    private static string[] RowOf(int step, ScaledNode node, int services)
    {
        KubeProxyReading? proxy = node.KubeProxy;
        return
        [
            step.ToString(CultureInfo.InvariantCulture),
            Figures.Integer(services),
            Figures.Integer(node.Rules),
            Figures.Integer(node.AllRules),
            services == 0 ? Figures.Unknown : Figures.Seconds(node.ProgrammingNs),
            proxy?.Mode ?? Figures.Unknown,
            proxy?.Syncs is { } syncs ? Figures.Integer(syncs) : Figures.Unknown,
            proxy?.SyncSeconds is { } seconds ? Figures.Seconds(seconds * 1e9) : Figures.Unknown,
            proxy?.LastSyncUnixSeconds is { } ended
                ? Figures.Time(DateTimeOffset.UnixEpoch.AddSeconds(ended))
                : Figures.Unknown,
        ];
    }
}
