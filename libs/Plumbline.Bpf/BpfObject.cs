using System.Runtime.InteropServices;

namespace Plumbline.Bpf;

/// <summary>
/// A compiled BPF object in the kernel. Nothing is pinned: the kernel detaches and frees everything when the object is
/// disposed of or the process dies.
/// </summary>
public sealed class BpfObject : IDisposable
{
    private readonly string _name;
    private readonly BpfObjectHandle _handle;
    private readonly Dictionary<string, BpfProgramHandle> _programs = [];
    private readonly Dictionary<string, BpfMap> _maps = [];
    private readonly List<BpfLinkHandle> _links = [];

    private unsafe BpfObject(string name, BpfObjectHandle handle)
    {
        _name = name;
        _handle = handle;
        foreach ((string programName, nint program) in ListPrograms(handle))
        {
            if (NativeMethods.ProgramFd(program) >= 0)
            {
                _programs.Add(programName, new BpfProgramHandle(handle, program));
            }
        }

        for (nint map = NativeMethods.NextMap(handle, 0); map != 0; map = NativeMethods.NextMap(handle, map))
        {
            BpfMapHandle fd = new(handle, NativeMethods.MapFd(map));
            string mapName = NativeMethods.Text(NativeMethods.MapName(map));
            _maps.Add(mapName, new BpfMap(mapName, fd, (int)NativeMethods.MapValueSize(map)));
        }
    }

    /// <summary>Opens the object file, checks it with <paramref name="verifyLayout"/> and loads its programs.</summary>
    /// <param name="isWanted">Selects the programs to load, by name; null loads all.</param>
    /// <param name="shared">
    /// Maps of other objects. This object uses them instead of its own maps of the same names.
    /// </param>
    /// <exception cref="FileNotFoundException">The file does not exist.</exception>
    /// <exception cref="BpfException">
    /// libbpf or the kernel refused the object; the message has the verifier's reason.
    /// </exception>
    public static BpfObject Load(
        string path,
        Action<BtfLayout>? verifyLayout = null,
        Func<string, bool>? isWanted = null,
        params IReadOnlyList<BpfMap> shared)
    {
        string name = Path.GetFileName(path);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException(
                $"the BPF object {path} is missing; build the project, which compiles it with clang", path);
        }

        BpfObjectHandle handle = LibbpfLog.Capture(() => NativeMethods.OpenFile(path, 0), out string log);
        if (handle.IsInvalid)
        {
            throw new BpfException($"{name} cannot be opened", Marshal.GetLastPInvokeError(), log);
        }

        try
        {
            using (ObjectBtfHandle btf = new(handle))
            {
                verifyLayout?.Invoke(new BtfLayout(name, handle, btf));
            }

            LeaveOut(handle, isWanted ?? (_ => true));
            Share(name, handle, shared);
            int error = LibbpfLog.Capture(() => NativeMethods.Load(handle), out log);
            return error < 0
                ? throw new BpfException($"the kernel refused {name}", -error, log)
                : new BpfObject(name, handle);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Attaches every program to what its section names: all of them, or none.</summary>
    /// <exception cref="BpfException">
    /// A program cannot be attached. Those attached before it are detached again.
    /// </exception>
    public void AttachAll()
    {
        List<BpfLinkHandle> links = [];
        try
        {
            foreach ((string name, BpfProgramHandle program) in _programs)
            {
                BpfLinkHandle link = LibbpfLog.Capture(() => NativeMethods.Attach(program), out string log);
                if (link.IsInvalid)
                {
                    throw new BpfException(
                        $"program {name} of {_name} cannot be attached", Marshal.GetLastPInvokeError(), log);
                }

                links.Add(link);
            }

            _links.AddRange(links);
        }
        catch
        {
            links.ForEach(link => link.Dispose());
            throw;
        }
    }

    /// <summary>Detaches every program. The programs stay loaded.</summary>
    public void DetachAll()
    {
        _links.ForEach(link => link.Dispose());
        _links.Clear();
    }

    /// <exception cref="BpfException">The object has no such map.</exception>
    public BpfMap Map(string name) =>
        _maps.TryGetValue(name, out BpfMap? map) ? map : throw new BpfException($"{_name} has no map {name}", 0, "");

    /// <summary>Writes the zero-initialised global variables; the next packet sees them.</summary>
    /// <typeparam name="T">The layout of all of them together.</typeparam>
    public void WriteGlobalVariables<T>(T value)
        where T : unmanaged => GlobalVariables.Write(0, value);

    /// <inheritdoc cref="WriteGlobalVariables" path="/typeparam"/>
    public T ReadGlobalVariables<T>()
        where T : unmanaged => GlobalVariables.Read<T>(0);

    /// <summary>
    /// The kernel's accounting of each program. It counts while a <see cref="BpfRunTimeAccounting"/> is open.
    /// </summary>
    public unsafe IReadOnlyDictionary<string, BpfRunTime> RunTimes()
    {
        Dictionary<string, BpfRunTime> runTimes = [];
        foreach ((string name, BpfProgramHandle program) in _programs)
        {
            NativeMethods.ProgramInfo info = default;
            uint size = (uint)sizeof(NativeMethods.ProgramInfo);
            int error = NativeMethods.GetInfo(NativeMethods.ProgramFd(program), &info, &size);
            if (error < 0)
            {
                throw new BpfException($"the kernel gives no information about program {name}", -error, "");
            }

            runTimes[name] = new BpfRunTime((long)info.RunTimeNs, (long)info.RunCount, (long)info.RecursionMisses);
        }

        GC.KeepAlive(this);
        return runTimes;
    }

    /// <summary>The sum of <see cref="RunTimes"/> over all programs.</summary>
    public BpfRunTime RunTime()
    {
        BpfRunTime[] programs = [.. RunTimes().Values];
        return new BpfRunTime(
            programs.Sum(each => each.RunTimeNs),
            programs.Sum(each => each.RunCount),
            programs.Sum(each => each.Misses));
    }

    public void Dispose()
    {
        DetachAll();
        IEnumerable<BpfPartHandle> parts = [.. _programs.Values, .. _maps.Values.Select(map => map.Handle)];
        foreach (BpfPartHandle part in parts)
        {
            part.Dispose();
        }

        _handle.Dispose();
    }

    private BpfMap GlobalVariables =>
        _maps.FirstOrDefault(map => map.Key.EndsWith(".bss", StringComparison.Ordinal)).Value
        ?? throw new BpfException($"{_name} has no global variables", 0, "");

    private static void LeaveOut(BpfObjectHandle handle, Func<string, bool> isWanted)
    {
        foreach ((string name, nint program) in ListPrograms(handle))
        {
            if (!isWanted(name))
            {
                _ = NativeMethods.SetAutoload(program, false);
            }
        }
    }

    private static unsafe void Share(string name, BpfObjectHandle handle, IReadOnlyList<BpfMap> shared)
    {
        foreach (BpfMap other in shared)
        {
            nint map = NativeMethods.FindMap(handle, other.Name);
            int error = map == 0 ? 0 : NativeMethods.ReuseMap(map, other.Handle);
            if (error < 0)
            {
                throw new BpfException($"map {other.Name} cannot be shared with {name}", -error, "");
            }
        }
    }

    private static unsafe Dictionary<string, nint> ListPrograms(BpfObjectHandle handle)
    {
        Dictionary<string, nint> programs = [];
        for (nint program = NativeMethods.NextProgram(handle, 0);
            program != 0;
            program = NativeMethods.NextProgram(handle, program))
        {
            programs.Add(NativeMethods.Text(NativeMethods.ProgramName(program)), program);
        }

        return programs;
    }
}

/// <summary>Total time and number of runs of a program.</summary>
/// <param name="Misses">
/// Runs that the kernel skipped because the program was already running on that CPU. It counts these at all times.
/// </param>
public readonly record struct BpfRunTime(long RunTimeNs, long RunCount, long Misses);
