namespace Plumbline.Bpf;

/// <summary>A function of the running kernel or of a loaded module, as their BTF describes it.</summary>
public static unsafe class KernelFunction
{
    private const string Folder = "/sys/kernel/btf";

    /// <summary>
    /// The names of the function's parameters, in order; null if neither the kernel nor the module has it. A module
    /// counts only while it is loaded and has BTF.
    /// </summary>
    /// <param name="module">The module that has the function, if it is not built in.</param>
    /// <exception cref="BpfException">The kernel has no BTF (CONFIG_DEBUG_INFO_BTF).</exception>
    public static IReadOnlyList<string>? Parameters(string function, string module)
    {
        using KernelBtfHandle kernel = KernelBtfHandle.Load();
        if (Find(kernel, function) is { } builtIn)
        {
            return builtIn;
        }

        if (!File.Exists(Path.Combine(Folder, module)))
        {
            return null;
        }

        using KernelBtfHandle loaded = LibbpfLog.Capture(() => NativeMethods.LoadModuleBtf(module, kernel), out _);
        return loaded.IsInvalid ? null : Find(loaded, function);
    }

    private static List<string>? Find(KernelBtfHandle btf, string function)
    {
        int id = NativeMethods.FindType(btf, function, NativeMethods.BtfKindFunction);
        if (id < 0)
        {
            return null;
        }

        // A function's "size" is the number of its prototype. The prototype's parameters follow it in memory.
        NativeMethods.BtfType* prototype = NativeMethods.TypeById(btf, NativeMethods.TypeById(btf, (uint)id)->Size);
        NativeMethods.BtfParameter* parameters = (NativeMethods.BtfParameter*)(prototype + 1);
        List<string> names = [];
        for (uint i = 0; i < (prototype->Info & 0xffff); i++)
        {
            names.Add(NativeMethods.Text(NativeMethods.NameByOffset(btf, parameters[i].NameOffset)));
        }

        return names;
    }
}
