using System.Runtime.CompilerServices;
using Plumbline.Bpf;
using static Plumbline.Bpf.BtfLayout;

namespace Plumbline.Probing.Rules;

/// <summary>
/// Counts the changes of legacy tables (bpf/legacy_watch.bpf.c), so that a change which is taken back is seen too. No
/// packet pays for it.
/// </summary>
public sealed unsafe class LegacyTableWatch : IDisposable
{
    private const int MostNamespaces = 4;

    private readonly BpfObject _object;

    private LegacyTableWatch(BpfObject loaded) => _object = loaded;

    /// <summary>
    /// Loads and attaches the program, for as long as this object lives. Null where the kernel refuses it, as without
    /// kprobes. Some legacy table must be there, and so the module with the function.
    /// </summary>
    public static LegacyTableWatch? TryAttach()
    {
        BpfObject? loaded = null;
        try
        {
            loaded = BpfObject.Load(Path.Combine(AppContext.BaseDirectory, "legacy_watch.bpf.o"), Verify);
            loaded.AttachAll();
            return new LegacyTableWatch(loaded);
        }
        catch (BpfException exception) when (exception.Errno != 0)
        {
            loaded?.Dispose();
            return null;
        }
    }

    /// <summary>Counts from now on, from 0, in these namespaces, by their inode numbers.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are more of them than can be watched.</exception>
    public void Aim(IReadOnlyList<uint> namespaces)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(namespaces.Count, MostNamespaces);
        Watched watched = default;
        for (int i = 0; i < namespaces.Count; i++)
        {
            watched.Netns[i] = namespaces[i];
        }

        _object.WriteGlobalVariables(watched);
    }

    /// <summary>How often a table there was replaced since <see cref="Aim"/>.</summary>
    public long ReadReplaced() => (long)_object.ReadGlobalVariables<Watched>().Replaced;

    public void Dispose() => _object.Dispose();

    private static void Verify(BtfLayout layout)
    {
        Watched watched = default;
        layout.Require("legacy_watch", sizeof(Watched), new Dictionary<string, int>
        {
            ["netns"] = Offset(ref watched, ref watched.Netns),
            ["replaced"] = Offset(ref watched, ref watched.Replaced),
        });
    }

    /// <summary>struct legacy_watch.</summary>
    private struct Watched
    {
        public Namespaces Netns;
        public ulong Replaced;
    }

    [InlineArray(MostNamespaces)]
    private struct Namespaces
    {
        private uint _first;
    }
}
