using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

public static class CpuAffinity
{
    /// <summary>Keeps the calling thread on one CPU.</summary>
    /// <exception cref="Win32Exception">The CPU is not there or not allowed.</exception>
    public static unsafe void PinThread(int cpu)
    {
        const int words = 16;
        ulong* mask = stackalloc ulong[words];
        new Span<ulong>(mask, words).Clear();
        mask[cpu / 64] = 1UL << (cpu % 64);
        if (NativeMethods.SetAffinity(0, words * sizeof(ulong), mask) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(error, $"cannot pin a thread to CPU {cpu}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
