using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Chooses the data plane that a step is measured on, or says why it cannot be measured. Pure.</summary>
public static class DataPlaneChoice
{
    /// <summary>
    /// Those of the data planes that kube-proxy can write in the mode; all of them when the mode is unknown.
    /// </summary>
    public static IReadOnlyList<DataPlane> OfMode(ProxyMode? mode, IReadOnlyList<DataPlane> all) =>
        mode is null ? all : [.. all.Where(each => each.Mode() is not { } its || its == mode)];

    /// <param name="readings">Of all nodes that are measured.</param>
    /// <param name="asked">The data planes that the experiment asks for. A step without Services accepts any.</param>
    /// <param name="dialect">The dialect that the experiment asks for.</param>
    /// <exception cref="ClusterRefusedException">The nodes do not have what the experiment asks for.</exception>
    public static DataPlane Choose(
        IReadOnlyList<NodeDataPlaneRead> readings, IReadOnlyList<DataPlane> asked, NftablesDialect dialect)
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
                $"node {first.Node} has {has.WireName()} and node {other.Node} has "
                + $"{other.DataPlane!.Value.WireName()}: "
                + "measure nodes with the same data plane in one experiment");
        }

        DataPlane[] others = [.. asked.Where(each => each != DataPlane.NoRules && each != has)];
        if (others is [DataPlane wrong, ..])
        {
            throw new ClusterRefusedException(
                $"the experiment asks for {wrong.WireName()}, but the cluster's nodes have {has.WireName()}, "
                + $"and a node has one data plane at a time: ask for dataPlanes: [{has.WireName()}], "
                + "or switch kube-proxy's mode and try again");
        }

        bool hasDialect = KnownDataPlanes.Of(has).HasDialects && asked.Contains(has);
        if (hasDialect && first.Dialect is { } found && found != dialect)
        {
            throw new ClusterRefusedException(
                $"the experiment asks for nftablesDialect {dialect.WireName()}, but node {first.Node} has rules in the "
                + $"dialect of {found.WireName()}: ask for nftablesDialect: \"{found.WireName()}\"");
        }

        return has;
    }
}
