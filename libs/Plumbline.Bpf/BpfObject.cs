using System.Runtime.InteropServices;

namespace Plumbline.Bpf;

/// <summary>
/// A compiled BPF object in the kernel. Nothing is pinned: the kernel detaches and frees everything when the object is
/// disposed of or the process dies.
/// </summary>
public sealed class BpfObject : IDisposable
{
    private readonly string _name;
    private readonly Dictionary<string, nint> _programs;
    private readonly Dictionary<string, BpfMap> _maps;
    private readonly List<nint> _links = [];
    private nint _handle;

    private BpfObject(string name, nint handle)
    {
        _name = name;
        _handle = handle;
        _programs = ListPrograms(handle).Where(each => NativeMethods.ProgramFd(each.Value) >= 0).ToDictionary();
        _maps = ListMaps(handle);
    }

    /// <summary>Opens the object file, checks it with <paramref name="verifyLayout"/> and loads its programs.</summary>
    /// <param name="isWanted">Which of the programs are loaded, by name; null for all.</param>
    /// <param name="shared">Maps of other objects that stand for this one's of the same names.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="BpfException">libbpf or the kernel refused it; the verifier's words are in the message.</exception>
    public static BpfObject Load(
        string path, Action<BtfLayout>? verifyLayout = null, Func<string, bool>? isWanted = null, params IReadOnlyList<BpfMap> shared)
    {
        string name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"the BPF object {path} is missing; build the project, which compiles it with clang", path);
        }

        nint handle = LibbpfLog.Capture(() => NativeMethods.OpenFile(path, 0), out string log);
        if (handle == 0)
        {
            throw new BpfException($"{name} cannot be opened", Marshal.GetLastPInvokeError(), log);
        }

        try
        {
            verifyLayout?.Invoke(new BtfLayout(name, NativeMethods.ObjectBtf(handle)));
            LeaveOut(handle, isWanted ?? (_ => true));
            Share(name, handle, shared);
            int error = LibbpfLog.Capture(() => NativeMethods.Load(handle), out log);
            if (error < 0)
            {
                throw new BpfException($"the kernel refused {name}", -error, log);
            }

            return new BpfObject(name, handle);
        }
        catch
        {
            NativeMethods.Close(handle);
            throw;
        }
    }

    /// <summary>Attaches every program to what its section names.</summary>
    public void AttachAll()
    {
        foreach ((string name, nint program) in _programs)
        {
            nint link = LibbpfLog.Capture(() => NativeMethods.Attach(program), out string log);
            if (link == 0)
            {
                throw new BpfException($"program {name} of {_name} cannot be attached", Marshal.GetLastPInvokeError(), log);
            }

            _links.Add(link);
        }
    }

    /// <summary>Detaches every program; they stay loaded.</summary>
    public void DetachAll()
    {
        foreach (nint link in _links)
        {
            _ = NativeMethods.DestroyLink(link);
        }

        _links.Clear();
    }

    /// <exception cref="BpfException">The object has no such map.</exception>
    public BpfMap Map(string name) =>
        _maps.TryGetValue(name, out BpfMap? map) ? map : throw new BpfException($"{_name} has no map {name}", 0, "");

    /// <summary>Writes the zero-initialised global variables; the next packet sees them.</summary>
    /// <typeparam name="T">Layout of all of them together.</typeparam>
    public void WriteGlobalVariables<T>(T value)
        where T : unmanaged => GlobalVariables.Write(0, value);

    /// <inheritdoc cref="WriteGlobalVariables" path="/typeparam"/>
    public T ReadGlobalVariables<T>()
        where T : unmanaged => GlobalVariables.Read<T>(0);

    /// <summary>The kernel's own accounting of each program, counted while a <see cref="BpfRunTimeAccounting"/> is open.</summary>
    public unsafe IReadOnlyDictionary<string, BpfRunTime> RunTimes()
    {
        Dictionary<string, BpfRunTime> runTimes = [];
        foreach ((string name, nint program) in _programs)
        {
            NativeMethods.ProgramInfo info = default;
            uint size = (uint)sizeof(NativeMethods.ProgramInfo);
            int error = NativeMethods.GetInfo(NativeMethods.ProgramFd(program), &info, &size);
            if (error < 0)
            {
                throw new BpfException($"the kernel tells nothing about program {name}", -error, "");
            }

            runTimes[name] = new BpfRunTime((long)info.RunTimeNs, (long)info.RunCount, (long)info.RecursionMisses);
        }

        return runTimes;
    }

    /// <summary><see cref="RunTimes"/> of all programs together.</summary>
    public BpfRunTime RunTime()
    {
        BpfRunTime[] programs = [.. RunTimes().Values];
        return new BpfRunTime(programs.Sum(each => each.RunTimeNs), programs.Sum(each => each.RunCount), programs.Sum(each => each.Misses));
    }

    public void Dispose()
    {
        DetachAll();
        if (_handle != 0)
        {
            NativeMethods.Close(_handle);
            _handle = 0;
        }
    }

    private BpfMap GlobalVariables => _maps.FirstOrDefault(map => map.Key.EndsWith(".bss", StringComparison.Ordinal)).Value
        ?? throw new BpfException($"{_name} has no global variables", 0, "");

    private static void LeaveOut(nint handle, Func<string, bool> isWanted)
    {
        foreach ((string name, nint program) in ListPrograms(handle))
        {
            if (!isWanted(name))
            {
                _ = NativeMethods.SetAutoload(program, false);
            }
        }
    }

    private static unsafe void Share(string name, nint handle, IReadOnlyList<BpfMap> shared)
    {
        for (nint map = NativeMethods.NextMap(handle, 0); map != 0; map = NativeMethods.NextMap(handle, map))
        {
            string mapName = Marshal.PtrToStringUTF8((nint)NativeMethods.MapName(map))!;
            if (shared.FirstOrDefault(each => each.Name == mapName) is { } other && NativeMethods.ReuseMap(map, other.Fd) is < 0 and var error)
            {
                throw new BpfException($"map {mapName} cannot be shared with {name}", -error, "");
            }
        }
    }

    private static unsafe Dictionary<string, nint> ListPrograms(nint handle)
    {
        Dictionary<string, nint> programs = [];
        for (nint program = NativeMethods.NextProgram(handle, 0); program != 0; program = NativeMethods.NextProgram(handle, program))
        {
            programs.Add(Marshal.PtrToStringUTF8((nint)NativeMethods.ProgramName(program))!, program);
        }

        return programs;
    }

    private static unsafe Dictionary<string, BpfMap> ListMaps(nint handle)
    {
        Dictionary<string, BpfMap> maps = [];
        for (nint map = NativeMethods.NextMap(handle, 0); map != 0; map = NativeMethods.NextMap(handle, map))
        {
            string name = Marshal.PtrToStringUTF8((nint)NativeMethods.MapName(map))!;
            maps.Add(name, new BpfMap(name, NativeMethods.MapFd(map), (int)NativeMethods.MapValueSize(map)));
        }

        return maps;
    }
}

/// <summary>Total time and number of runs of a program.</summary>
/// <param name="Misses">Runs that the kernel left out, because the program was running on that CPU already; counted at all times.</param>
public readonly record struct BpfRunTime(long RunTimeNs, long RunCount, long Misses);
