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
        _programs = ListPrograms(handle);
        _maps = ListMaps(handle);
    }

    /// <summary>Opens the object file, checks it with <paramref name="verifyLayout"/> and loads all its programs.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="BpfException">libbpf or the kernel refused it; the verifier's words are in the message.</exception>
    public static BpfObject Load(string path, Action<BtfLayout>? verifyLayout = null)
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
        where T : unmanaged
    {
        BpfMap variables = _maps.FirstOrDefault(map => map.Key.EndsWith(".bss", StringComparison.Ordinal)).Value
            ?? throw new BpfException($"{_name} has no global variables", 0, "");
        variables.Write(0, value);
    }

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

            runTimes[name] = new BpfRunTime((long)info.RunTimeNs, (long)info.RunCount);
        }

        return runTimes;
    }

    /// <summary><see cref="RunTimes"/> of all programs together.</summary>
    public BpfRunTime RunTime()
    {
        BpfRunTime[] programs = [.. RunTimes().Values];
        return new BpfRunTime(programs.Sum(each => each.RunTimeNs), programs.Sum(each => each.RunCount));
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
public readonly record struct BpfRunTime(long RunTimeNs, long RunCount);
