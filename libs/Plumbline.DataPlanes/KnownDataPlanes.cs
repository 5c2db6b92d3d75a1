using System.Collections.Immutable;
using Plumbline.Contracts;

namespace Plumbline.DataPlanes;

/// <summary>Every data plane that this program can measure.</summary>
public static class KnownDataPlanes
{
    private static ImmutableArray<IDataPlane> s_all = [new NoRulesPlane(), new IptablesLegacyPlane(), new IptablesNftPlane(), new NftablesPlane()];

    /// <summary>The baseline first.</summary>
    public static IReadOnlyList<IDataPlane> All => s_all;

    /// <summary>Those that hold Service rules, which a request may ask for.</summary>
    public static IEnumerable<IDataPlane> WithRules => s_all.Where(plane => plane.Name != DataPlane.NoRules);

    /// <summary>Makes a data plane known, before anything uses it.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public static void Register(IDataPlane plane)
    {
        if (Find(plane.Name) is not null)
        {
            throw new ArgumentException($"there is a data plane {plane.Name} already", nameof(plane));
        }

        ImmutableInterlocked.Update(ref s_all, all => all.Add(plane));
    }

    public static IDataPlane? Find(DataPlane name) => s_all.FirstOrDefault(plane => plane.Name == name);

    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static IDataPlane Of(DataPlane name) => Find(name)
        ?? throw new ArgumentException($"{name} is not one of {string.Join(", ", s_all.Select(plane => plane.Name))}", nameof(name));

    /// <summary>The mode in which kube-proxy writes such rules; null where it writes none, or the data plane is not known.</summary>
    public static ProxyMode? Mode(this DataPlane name) => Find(name)?.Mode;
}
