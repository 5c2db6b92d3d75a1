using Plumbline.DataPlanes;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>What is said of a step that stands. Pure.</summary>
public static class ScaledSteps
{
    public static ServicesScaled Of(ScaleStep step, IReadOnlyList<ScaledNode> nodes) => new()
    {
        ExperimentId = step.ExperimentId,
        Run = step.Run,
        Step = step.Step,
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

    /// <param name="elapsed">From the first object's creation to the last rule's being in the node's kernel.</param>
    public static ScaledNode Of(MeasuredNode place, NodeDataPlaneRead reading, NodeRulesCounted counted, TimeSpan elapsed) => new()
    {
        Node = place,
        DataPlane = reading.DataPlane!.Value,
        Rules = counted.Rules ?? 0,
        AllRules = counted.AllRules,
        ProgrammingNs = (long)elapsed.TotalNanoseconds,
        KubeProxy = counted.KubeProxy,
        Remarks = Remarks(reading),
    };

    /// <summary>What does not fit together: the kernel is believed.</summary>
    private static IReadOnlyList<string> Remarks(NodeDataPlaneRead reading)
    {
        string has = reading.DataPlane!.Value.Mode()?.WireName() ?? "";
        return reading.KubeProxy?.Mode is { } told && told != has
            ? [$"kube-proxy says that its mode is {told}, but Services' rules in the kernel are of {reading.DataPlane!.Value.WireName()}"]
            : [];
    }

    private static string Tool(IReadOnlyList<ScaledNode> nodes)
    {
        string[] versions = [.. nodes.Select(each => each.KubeProxy?.Version).OfType<string>().Distinct().Order(StringComparer.Ordinal)];
        return versions.Length == 0 ? "kube-proxy" : $"kube-proxy {string.Join(", ", versions)}";
    }
}
