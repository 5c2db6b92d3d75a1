using System.Runtime.InteropServices;

namespace Plumbline.Bpf;

/// <summary>
/// A map of a loaded object. Per-CPU values have the kernel's layout: one value for every possible CPU, each padded to
/// 8 bytes. Once the object is disposed of, every call throws <see cref="ObjectDisposedException"/>.
/// </summary>
public sealed class BpfMap
{
    internal BpfMap(string name, BpfMapHandle handle, int valueSize)
    {
        Name = name;
        Handle = handle;
        ValueSize = valueSize;
    }

    public string Name { get; }

    /// <summary>Size of one CPU's value in bytes.</summary>
    public int ValueSize { get; }

    internal BpfMapHandle Handle { get; }

    /// <summary>Reads all CPUs' values of one element of a per-CPU array.</summary>
    /// <typeparam name="T">The value's layout; its size must be the map's.</typeparam>
    public unsafe T[] ReadPerCpu<T>(uint key)
        where T : unmanaged
    {
        RequireSize<T>();
        int stride = PerCpuStride;
        byte[] buffer = new byte[stride * PossibleCpus];
        fixed (byte* value = buffer)
        {
            CheckRead(key, NativeMethods.LookupElement(Handle, &key, value));
        }

        T[] values = new T[PossibleCpus];
        for (int cpu = 0; cpu < values.Length; cpu++)
        {
            values[cpu] = MemoryMarshal.Read<T>(buffer.AsSpan(cpu * stride));
        }

        return values;
    }

    /// <summary>Reads one element of an array that is not per-CPU.</summary>
    /// <typeparam name="T">The value's layout; its size must be the map's.</typeparam>
    public unsafe T Read<T>(uint key)
        where T : unmanaged
    {
        RequireSize<T>();
        T value;
        CheckRead(key, NativeMethods.LookupElement(Handle, &key, &value));
        return value;
    }

    /// <summary>Writes one element of an array that is not per-CPU.</summary>
    public unsafe void Write<T>(uint key, T value)
        where T : unmanaged
    {
        RequireSize<T>();
        CheckWritten(key, NativeMethods.UpdateElement(Handle, &key, &value, 0));
    }

    /// <summary>Zeroes one element of a per-CPU array on all CPUs.</summary>
    public unsafe void ZeroPerCpu(uint key)
    {
        byte[] zeros = new byte[PerCpuStride * PossibleCpus];
        fixed (byte* value = zeros)
        {
            CheckWritten(key, NativeMethods.UpdateElement(Handle, &key, value, 0));
        }
    }

    /// <summary>Removes all elements of a hash.</summary>
    /// <typeparam name="TKey">The key's layout.</typeparam>
    public unsafe void Clear<TKey>()
        where TKey : unmanaged
    {
        TKey key;
        while (NativeMethods.NextKey(Handle, null, &key) == 0 && NativeMethods.DeleteElement(Handle, &key) == 0)
        {
        }
    }

    /// <summary>Possible CPUs, not online ones: the kernel copies a value for each.</summary>
    private static int PossibleCpus { get; } = NativeMethods.PossibleCpus();

    private int PerCpuStride => (ValueSize + 7) / 8 * 8;

    private void CheckRead(uint key, int error)
    {
        if (error < 0)
        {
            throw new BpfException($"element {key} of map {Name} cannot be read", -error, "");
        }
    }

    private void CheckWritten(uint key, int error)
    {
        if (error < 0)
        {
            throw new BpfException($"element {key} of map {Name} cannot be written", -error, "");
        }
    }

    private unsafe void RequireSize<T>()
        where T : unmanaged
    {
        if (sizeof(T) != ValueSize)
        {
            throw new BpfException(
                $"map {Name} has values of {ValueSize} bytes, but {typeof(T).Name} has {sizeof(T)}", 0, "");
        }
    }
}
