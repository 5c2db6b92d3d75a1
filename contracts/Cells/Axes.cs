using System.Collections.Immutable;
using System.Globalization;

namespace Plumbline.Contracts;

/// <summary>All axes that this program knows, in the order in which cells are named and sorted.</summary>
public static class Axes
{
    private static readonly string[] s_protocols =
        [ServiceProtocol.Tcp.WireName(), ServiceProtocol.Udp.WireName()];

    private static readonly string[] s_cacheStates = [.. WireNames.Of<CacheState>()];

    /// <summary>The cluster's node. A cell of the lab has none.</summary>
    public static readonly Axis Node = new()
    {
        Name = "node",
        Key = "nodes",
        Words = "node",
        Asked = spec => spec.Nodes,
    };

    /// <summary>How traffic enters the node.</summary>
    public static readonly Axis Path = new()
    {
        Name = "path",
        Key = "paths",
        Words = "path",
        Default = "cluster-ip",
        Values = ["cluster-ip"],
    };

    /// <summary>The address family of the measured packets.</summary>
    public static readonly Axis Family = new()
    {
        Name = "family",
        Key = "families",
        Words = "family",
        Default = "ipv4",
        Values = ["ipv4"],
    };

    /// <summary>Transport protocol of the measured packets. They go to Service ports of that protocol.</summary>
    public static readonly Axis Protocol = new()
    {
        Name = "protocol",
        Key = "protocol",
        Words = "protocol",
        Default = ServiceProtocol.Tcp.WireName(),
        Order = s_protocols,
        Values = s_protocols,
    };

    /// <summary>
    /// What the sending CPU's caches hold when a measured packet comes. gRPC has no value: its clients decide.
    /// </summary>
    public static readonly Axis Cache = new()
    {
        Name = "cache",
        Key = "cache",
        Words = "cache",
        Default = CacheState.Warm.WireName(),
        Order = s_cacheStates,
        Values = s_cacheStates,
    };

    /// <summary>Who holds the Service rules. The baseline comes first, then the others by name.</summary>
    public static readonly Axis DataPlane = new()
    {
        Name = "dataPlane",
        Key = "dataPlanes",
        Words = "data plane",
        Order = [Contracts.DataPlane.NoRules.Name],
        Asked = spec => spec.DataPlanes,
    };

    /// <summary>Where the measured Service is among the Service rules.</summary>
    public static readonly Axis Position = new()
    {
        Name = "position",
        Key = "positions",
        Words = "position",
        Order = WireNames.Of<Position>(),
        Asked = spec => spec.Positions,
    };

    /// <summary>
    /// Percent of the Services' ports that are TCP; the others are UDP. An iptables rule compares the protocol first,
    /// so a list costs a packet more, the more of its rules have the packet's protocol. A baseline has no value.
    /// </summary>
    public static readonly Axis TcpShare = new()
    {
        Name = "tcpShare",
        Key = "tcpShare",
        Words = "TCP share",
        Scope = AxisScope.Step,
        IsNumeric = true,
        Most = ProtocolMix.AllTcp,
        Default = ProtocolMix.AllTcp.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>Number of Services. 0 in a baseline.</summary>
    public static readonly Axis Services = new()
    {
        Name = "services",
        Key = "services",
        Words = "Services",
        Scope = AxisScope.Step,
        IsNumeric = true,
        Asked = spec => spec.Services.Select(each => each.ToString(CultureInfo.InvariantCulture)),
    };

    private static ImmutableArray<Axis> s_all =
        [Node, Path, Family, Protocol, Cache, DataPlane, Position, TcpShare, Services];

    public static IReadOnlyList<Axis> All => s_all;

    /// <summary>Axes that a request sweeps by their key, without a property of its own.</summary>
    public static IEnumerable<Axis> Others => s_all.Where(axis => axis.Asked is null);

    /// <summary>Adds an axis. Register it before the first request is read.</summary>
    /// <exception cref="ArgumentException">An axis has this name or key already.</exception>
    public static void Register(Axis axis) => ImmutableInterlocked.Update(ref s_all, all =>
        all.Any(each => each.Name == axis.Name || each.Key == axis.Key)
            ? throw new ArgumentException($"axis {axis.Name} ({axis.Key}) exists already", nameof(axis))
            : all.Add(axis));

    /// <summary>The axis with this name. An unknown one is a text axis whose name is all that is known of it.</summary>
    public static Axis Of(string name) =>
        s_all.FirstOrDefault(each => each.Name == name) ?? new Axis { Name = name, Key = name, Words = name };

    /// <summary>The axes with these names, each once: known axes in their order, then unknown ones by name.</summary>
    internal static IEnumerable<Axis> InOrder(IEnumerable<string> names)
    {
        SortedSet<string> wanted = new(names, StringComparer.Ordinal);
        return s_all.Select(axis => axis.Name).Union(wanted).Where(wanted.Contains).Select(Of);
    }
}
