using Plumbline.DataPlanes;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>The data plane that a step can be measured on, or why it cannot. Pure.</summary>
public static class NodePlane
{
    /// <summary>Of an experiment's data planes those that kube-proxy can have in that mode; all where the mode is not known.</summary>
    public static IReadOnlyList<DataPlane> OfMode(ProxyMode? mode, IReadOnlyList<DataPlane> all) =>
        mode is null ? all : [.. all.Where(each => each.Mode() is not { } its || its == mode)];

    /// <param name="readings">Of all nodes that are measured.</param>
    /// <param name="asked">Null where the step has no Services; then any does.</param>
    /// <exception cref="ClusterRefusedException">What was asked for is not what the nodes have.</exception>
    public static DataPlane Choose(IReadOnlyList<NodeDataPlaneRead> readings, IReadOnlyList<DataPlane> asked, NftablesDialect dialect)
    {
        if (readings.FirstOrDefault(each => each.Refusal is not null) is { } bad)
        {
            throw new ClusterRefusedException($"node {bad.Node}: {bad.Refusal}");
        }

        NodeDataPlaneRead first = readings[0];
        DataPlane has = first.DataPlane!.Value;
        if (readings.FirstOrDefault(each => each.DataPlane != has) is { } other)
        {
            throw new ClusterRefusedException(
                $"node {first.Node} has {has.WireName()} and node {other.Node} {other.DataPlane!.Value.WireName()}: measure nodes of one data plane at a time");
        }

        DataPlane[] others = [.. asked.Where(each => each != DataPlane.NoRules && each != has)];
        if (others is [DataPlane wrong, ..])
        {
            throw new ClusterRefusedException(
                $"{wrong.WireName()} is asked for but the cluster's nodes have {has.WireName()}, and a node has one data plane at a time: ask for dataPlanes: [{has.WireName()}], "
                + "or switch kube-proxy's mode and ask again");
        }

        return KnownDataPlanes.Of(has).HasDialects && asked.Contains(has) && first.Dialect is { } found && found != dialect
            ? throw new ClusterRefusedException(
                $"nftablesDialect {dialect.WireName()} is asked for but node {first.Node} has rules in the dialect of {found.WireName()}: ask for nftablesDialect: \"{found.WireName()}\"")
            : has;
    }
}
