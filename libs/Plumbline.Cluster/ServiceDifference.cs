using System.Globalization;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>What is to be removed of one kind of object: whole blocks by a request each, the others by name.</summary>
public sealed record Removal(IReadOnlyList<string> Blocks, IReadOnlyList<string> Names)
{
    public bool IsEmpty => Blocks.Count == 0 && Names.Count == 0;
}

/// <summary>
/// What has to be done for what is there to be what should be. Pure. An object that is there but is not what it should be is
/// removed; the next difference then creates it.
/// </summary>
public sealed record ServiceDifference
{
    public required IReadOnlyList<DesiredService> NewServices { get; init; }

    public required IReadOnlyList<DesiredService> NewSlices { get; init; }

    public required Removal Services { get; init; }

    public required Removal Slices { get; init; }

    /// <summary>Services that are there as they should be.</summary>
    public required int Standing { get; init; }

    public bool IsEmpty => NewServices.Count == 0 && NewSlices.Count == 0 && Services.IsEmpty && Slices.IsEmpty;

    public static ServiceDifference Between(
        IReadOnlyList<V1Service> services, IReadOnlyList<V1EndpointSlice> slices, IReadOnlyList<DesiredService> desired, ServiceObjects objects)
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
            Standing = rightServices[true].Count(),
        };
    }

    private static DesiredService[] Missing(IReadOnlyList<DesiredService> desired, IEnumerable<V1ObjectMeta> there)
    {
        HashSet<string> names = [.. there.Select(each => each.Name)];
        return [.. desired.Where(each => !names.Contains(each.Name))];
    }

    /// <summary>A block goes whole where nothing of it is to be, also nothing that is created meanwhile.</summary>
    private static Removal Wrong(IEnumerable<V1ObjectMeta> wrong, IReadOnlyList<DesiredService> desired)
    {
        HashSet<string?> staying = [.. desired.Select(each => each.Block.ToString(CultureInfo.InvariantCulture))];
        ILookup<bool, V1ObjectMeta> isWhole = wrong.ToLookup(each => Block(each) is { } block && !staying.Contains(block));
        return new Removal([.. isWhole[true].Select(each => Block(each)!).Distinct()], [.. isWhole[false].Select(each => each.Name)]);
    }

    private static string? Block(V1ObjectMeta metadata) => metadata.Labels is { } labels && labels.TryGetValue(ClusterNames.BlockLabel, out string? block) ? block : null;
}
