using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Describes a complete step. Pure.</summary>
public static class ScaledSteps
{
    public static ServicesScaled Of(ScaleStep step, IReadOnlyList<ScaledNode> nodes) => new()
    {
        ExperimentId = step.ExperimentId,
        Run = step.Run,
        Step = step.Step,
        Remake = step.Remake,
        DataPlanes =
        [
            .. step.DataPlanes.Select(each => new ProgrammedDataPlane
            {
                Cell = step.Cell.With(each),
                Rules = step.Cell.Services * step.PortsPerService,
                ProgrammingNs = nodes.Max(node => node.ProgrammingNs),
                Tool = Tool(nodes),
            }),
        ],
        Nodes = nodes,
    };

    /// <param name="node">The node.</param>
    /// <param name="reading">Its data plane.</param>
    /// <param name="counted">Its rules when they were complete.</param>
    /// <param name="elapsed">From the first object's creation until the last rule was in the node's kernel.</param>
    public static ScaledNode Of(
        MeasuredNode node, NodeDataPlaneRead reading, NodeRulesCounted counted, TimeSpan elapsed) => new()
    {
        Node = node,
        DataPlane = reading.DataPlane!.Value,
        Rules = counted.Rules ?? 0,
        AllRules = counted.AllRules,
        ProgrammingNs = (long)elapsed.TotalNanoseconds,
        KubeProxy = counted.KubeProxy,
        Remarks = Remarks(reading.DataPlane.Value, reading.KubeProxy?.Mode),
    };

    /// <summary>Contradictions between kube-proxy and the kernel. We believe the kernel.</summary>
    /// <param name="dataPlane">The data plane in the kernel.</param>
    /// <param name="reported">The mode that kube-proxy reports; null when it does not.</param>
    private static IReadOnlyList<string> Remarks(DataPlane dataPlane, string? reported) =>
        reported is not null && dataPlane.Mode() is { } mode && reported != mode.WireName()
            ? [$"kube-proxy reports the mode {reported}, but the kernel's Service rules are {dataPlane.WireName()}"]
            : [];

    private static string Tool(IReadOnlyList<ScaledNode> nodes)
    {
        string[] versions =
        [
            .. nodes.Select(each => each.KubeProxy?.Version).OfType<string>().Distinct().Order(StringComparer.Ordinal),
        ];
        return versions.Length == 0 ? "kube-proxy" : $"kube-proxy {string.Join(", ", versions)}";
    }
}
