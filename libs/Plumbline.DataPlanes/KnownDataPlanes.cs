using System.Collections.Immutable;
using Plumbline.Contracts;
using Plumbline.DataPlanes.IptablesLegacy;
using Plumbline.DataPlanes.IptablesNft;
using Plumbline.DataPlanes.Nftables;
using Plumbline.DataPlanes.NoRules;

namespace Plumbline.DataPlanes;

/// <summary>Every data plane that this program can measure.</summary>
public static class KnownDataPlanes
{
    private static ImmutableArray<IDataPlane> s_all =
        [new NoRulesPlane(), new IptablesLegacyPlane(), new IptablesNftPlane(), new NftablesPlane()];

    /// <summary>The baseline first.</summary>
    public static IReadOnlyList<IDataPlane> All => s_all;

    /// <summary>Those that hold Service rules, which a request may ask for.</summary>
    public static IEnumerable<IDataPlane> WithRules => s_all.Where(plane => plane.Name != DataPlane.NoRules);

    /// <summary>Makes a data plane known. Call it before anything uses it.</summary>
    /// <exception cref="ArgumentException">Another one has that name or number.</exception>
    public static void Register(IDataPlane plane)
    {
        if (s_all.FirstOrDefault(each => each.Name == plane.Name || each.Number == plane.Number) is { } other)
        {
            throw new ArgumentException(
                $"data plane {plane.Name}, number {plane.Number}: {other.Name}, number {other.Number}, exists already",
                nameof(plane));
        }

        ImmutableInterlocked.Update(ref s_all, all => all.Add(plane));
    }

    public static IDataPlane? Find(DataPlane name) => s_all.FirstOrDefault(plane => plane.Name == name);

    /// <exception cref="ArgumentException">None has that name.</exception>
    public static IDataPlane Of(DataPlane name) => Find(name)
        ?? throw new ArgumentException(
            $"{name} is not one of {string.Join(", ", s_all.Select(each => each.Name))}", nameof(name));

    /// <summary>The mode in which kube-proxy writes such rules; null for an unknown name too.</summary>
    public static ProxyMode? Mode(this DataPlane name) => Find(name)?.Mode;
}
