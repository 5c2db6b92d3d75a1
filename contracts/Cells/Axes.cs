using System.Collections.Immutable;
using System.Globalization;

namespace Plumbline.Contracts;

/// <summary>Every axis that this program knows, in the order in which cells are named and sorted.</summary>
public static class Axes
{
    /// <summary>The cluster's node; a lab's cell has none.</summary>
    public static readonly Axis Node = new() { Name = "node", Key = "nodes", Words = "node", Asked = spec => spec.Nodes };

    /// <summary>How traffic enters the node.</summary>
    public static readonly Axis Path = new()
    {
        Name = "path",
        Key = "paths",
        Words = "path",
        Default = "cluster-ip",
        Values = ["cluster-ip"],
    };

    public static readonly Axis Family = new()
    {
        Name = "family",
        Key = "families",
        Words = "family",
        Default = "ipv4",
        Values = ["ipv4"],
    };

    public static readonly Axis DataPlane = new()
    {
        Name = "dataPlane",
        Key = "dataPlanes",
        Words = "data plane",
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

    /// <summary>Number of Services, 0 in a baseline.</summary>
    public static readonly Axis Services = new()
    {
        Name = "services",
        Key = "services",
        Words = "Services",
        Scope = AxisScope.Step,
        IsNumeric = true,
        Asked = spec => spec.Services.Select(each => each.ToString(CultureInfo.InvariantCulture)),
    };

    private static ImmutableArray<Axis> s_all = [Node, Path, Family, DataPlane, Position, Services];

    public static IReadOnlyList<Axis> All => s_all;

    /// <summary>The axes that have no property of their own in a request.</summary>
    public static IEnumerable<Axis> Others => s_all.Where(axis => axis.Asked is null);

    /// <summary>Makes an axis known, before anything uses it: requests may then sweep it.</summary>
    /// <exception cref="ArgumentException">There is one of that name or key.</exception>
    public static void Register(Axis axis)
    {
        if (s_all.Any(each => each.Name == axis.Name || each.Key == axis.Key))
        {
            throw new ArgumentException($"there is an axis {axis.Name} ({axis.Key}) already", nameof(axis));
        }

        ImmutableInterlocked.Update(ref s_all, all => all.Add(axis));
    }

    /// <summary>The axis of that name; one that this program does not know is text, named as it is.</summary>
    public static Axis Of(string name) =>
        s_all.FirstOrDefault(each => each.Name == name) ?? new Axis { Name = name, Key = name, Words = name };
}
