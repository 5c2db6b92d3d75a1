using System.Collections.Immutable;
using Plumbline.Contracts;

namespace Plumbline.Paths;

/// <summary>Every path that this program can measure.</summary>
public static class KnownPaths
{
    private static ImmutableArray<ITrafficPath> s_all = [ClusterIpPath.Instance];

    public static IReadOnlyList<ITrafficPath> All => s_all;

    /// <summary>Makes a path known, before anything uses it.</summary>
    /// <exception cref="ArgumentException">There is one of that name.</exception>
    public static void Register(ITrafficPath path)
    {
        if (s_all.Any(each => each.Name == path.Name))
        {
            throw new ArgumentException($"there is a path {path.Name} already", nameof(path));
        }

        ImmutableInterlocked.Update(ref s_all, all => all.Add(path));
    }

    /// <summary>The path of a cell; of one that names none, the default.</summary>
    /// <exception cref="ArgumentException">There is none of that name.</exception>
    public static ITrafficPath Of(Cell cell)
    {
        string? name = cell[Axes.Path] ?? Axes.Path.Default;
        return s_all.FirstOrDefault(path => path.Name == name) ?? throw new ArgumentException(
            $"path {name} is not one of {string.Join(", ", s_all.Select(path => path.Name))}", nameof(cell));
    }
}
