using System.Runtime.InteropServices;

namespace Plumbline.Bpf;

/// <summary>Enumerations as the running kernel has them, read from its BTF.</summary>
public static class KernelEnum
{
    /// <summary>Names by value; empty when the kernel has no such enumeration.</summary>
    /// <exception cref="BpfException">The kernel has no BTF (CONFIG_DEBUG_INFO_BTF).</exception>
    public static unsafe IReadOnlyDictionary<uint, string> Read(string enumName)
    {
        nint btf = LibbpfLog.Capture(NativeMethods.LoadKernelBtf, out string log);
        if (btf == 0)
        {
            throw new BpfException("the kernel's BTF cannot be read", Marshal.GetLastPInvokeError(), log);
        }

        try
        {
            Dictionary<uint, string> names = [];
            int id = NativeMethods.FindType(btf, enumName, NativeMethods.BtfKindEnum);
            if (id < 0)
            {
                return names;
            }

            NativeMethods.BtfType* type = NativeMethods.TypeById(btf, (uint)id);
            NativeMethods.BtfEnumValue* values = (NativeMethods.BtfEnumValue*)(type + 1);
            uint count = type->Info & 0xffff;
            for (uint i = 0; i < count; i++)
            {
                string name = Marshal.PtrToStringUTF8((nint)NativeMethods.NameByOffset(btf, values[i].NameOffset))!;
                names.TryAdd(values[i].Value, name);
            }

            return names;
        }
        finally
        {
            NativeMethods.FreeBtf(btf);
        }
    }
}
