namespace Plumbline.Bpf;

/// <summary>Enumerations of the running kernel, read from its BTF.</summary>
public static class KernelEnum
{
    /// <summary>Names by value; empty if the kernel has no such enumeration.</summary>
    /// <exception cref="BpfException">The kernel has no BTF (CONFIG_DEBUG_INFO_BTF).</exception>
    public static unsafe IReadOnlyDictionary<uint, string> Read(string enumName)
    {
        using KernelBtfHandle btf = KernelBtfHandle.Load();
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
            names.TryAdd(
                values[i].Value, NativeMethods.Text(NativeMethods.NameByOffset(btf, values[i].NameOffset)));
        }

        return names;
    }
}
