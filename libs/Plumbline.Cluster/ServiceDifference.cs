using System.Globalization;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>Objects of one kind to remove: whole blocks, with one request each, and single objects by name.</summary>
public sealed record Removal(IReadOnlyList<string> Blocks, IReadOnlyList<string> Names)
{
    public bool IsEmpty => Blocks.Count == 0 && Names.Count == 0;
}

/// <summary>
/// The changes that turn the existing objects into the desired ones. Pure. An object that exists but differs is
/// removed; the next difference creates it.
/// </summary>
public sealed record ServiceDifference
{
    public required IReadOnlyList<DesiredService> NewServices { get; init; }

    public required IReadOnlyList<DesiredService> NewSlices { get; init; }

    public required Removal Services { get; init; }

    public required Removal Slices { get; init; }

    /// <summary>Services that exist as desired.</summary>
    public required int InPlace { get; init; }

    public bool IsEmpty => NewServices.Count == 0 && NewSlices.Count == 0 && Services.IsEmpty && Slices.IsEmpty;

    public static ServiceDifference Between(
        IReadOnlyList<V1Service> services,
        IReadOnlyList<V1EndpointSlice> slices,
        IReadOnlyList<DesiredService> desired,
        ServiceObjects objects)
    {
        Dictionary<string, DesiredService> byName = desired.ToDictionary(each => each.Name);
        ILookup<bool, V1Service> rightServices = services.ToLookup(
            there => byName.TryGetValue(there.Metadata.Name, out DesiredService? each) && objects.Is(there, each));
        ILookup<bool, V1EndpointSlice> rightSlices = slices.ToLookup(
            there => byName.TryGetValue(there.Metadata.Name, out DesiredService? each) && objects.Is(there, each));
        return new ServiceDifference
        {
            NewServices = Missing(desired, services.Select(there => there.Metadata)),
            NewSlices = Missing(desired, slices.Select(there => there.Metadata)),
            Services = Wrong(rightServices[false].Select(there => there.Metadata), desired),
            Slices = Wrong(rightSlices[false].Select(there => there.Metadata), desired),
            InPlace = rightServices[true].Count(),
        };
    }

    private static DesiredService[] Missing(IReadOnlyList<DesiredService> desired, IEnumerable<V1ObjectMeta> there)
    {
        HashSet<string> names = [.. there.Select(each => each.Name)];
        return [.. desired.Where(each => !names.Contains(each.Name))];
    }

    /// <summary>
    /// A block is removed as a whole only when nothing in it is desired. So nothing created meanwhile is removed with
    /// it.
    /// </summary>
    private static Removal Wrong(IEnumerable<V1ObjectMeta> wrong, IReadOnlyList<DesiredService> desired)
    {
        HashSet<string?> staying = [.. desired.Select(each => each.Block.ToString(CultureInfo.InvariantCulture))];
        ILookup<bool, V1ObjectMeta> isWhole = wrong.ToLookup(
            each => Block(each) is { } block && !staying.Contains(block));
        return new Removal(
            [.. isWhole[true].Select(each => Block(each)!).Distinct()], [.. isWhole[false].Select(each => each.Name)]);
    }

    private static string? Block(V1ObjectMeta metadata) =>
        metadata.Labels is { } labels && labels.TryGetValue(ClusterNames.BlockLabel, out string? block) ? block : null;
}
