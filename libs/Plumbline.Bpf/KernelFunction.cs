using System.Runtime.InteropServices;

namespace Plumbline.Bpf;

/// <summary>A function of the running kernel, or of a module that it has loaded, as their BTF describes it.</summary>
public static unsafe class KernelFunction
{
    private const string Folder = "/sys/kernel/btf";

    /// <summary>Names of the function's parameters in order; null where neither the kernel nor the loaded module has it, or it has no BTF.</summary>
    /// <param name="module">Where it is if it is not built in.</param>
    /// <exception cref="BpfException">The kernel has no BTF (CONFIG_DEBUG_INFO_BTF).</exception>
    public static IReadOnlyList<string>? Parameters(string function, string module)
    {
        nint kernel = LibbpfLog.Capture(NativeMethods.LoadKernelBtf, out string log);
        if (kernel == 0)
        {
            throw new BpfException("the kernel's BTF cannot be read", Marshal.GetLastPInvokeError(), log);
        }

        nint ofModule = 0;
        try
        {
            if (Find(kernel, function) is { } builtIn)
            {
                return builtIn;
            }

            ofModule = File.Exists(Path.Combine(Folder, module)) ? LibbpfLog.Capture(() => NativeMethods.LoadModuleBtf(module, kernel), out _) : 0;
            return ofModule == 0 ? null : Find(ofModule, function);
        }
        finally
        {
            if (ofModule != 0)
            {
                NativeMethods.FreeBtf(ofModule);
            }

            NativeMethods.FreeBtf(kernel);
        }
    }

    private static IReadOnlyList<string>? Find(nint btf, string function)
    {
        int id = NativeMethods.FindType(btf, function, NativeMethods.BtfKindFunction);
        if (id < 0)
        {
            return null;
        }

        // A function's "size" is the number of its prototype, whose parameters follow that in memory.
        NativeMethods.BtfType* prototype = NativeMethods.TypeById(btf, NativeMethods.TypeById(btf, (uint)id)->Size);
        NativeMethods.BtfParameter* parameters = (NativeMethods.BtfParameter*)(prototype + 1);
        List<string> names = [];
        for (uint i = 0; i < (prototype->Info & 0xffff); i++)
        {
            names.Add(Marshal.PtrToStringUTF8((nint)NativeMethods.NameByOffset(btf, parameters[i].NameOffset))!);
        }

        return names;
    }
}
