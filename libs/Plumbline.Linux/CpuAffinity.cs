using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

public static class CpuAffinity
{
    /// <summary>Keeps the calling thread on one CPU.</summary>
    /// <param name="cpu">The kernel's number of the CPU; see <see cref="AllowedCpus"/>.</param>
    /// <exception cref="Win32Exception">The CPU is offline, does not exist, or the process may not use it.</exception>
    public static unsafe void PinThread(int cpu)
    {
        int words = (cpu / 64) + 1;
        ulong* mask = stackalloc ulong[words];
        new Span<ulong>(mask, words).Clear();
        mask[cpu / 64] = 1UL << (cpu % 64);
        if (NativeMethods.SetAffinity(0, (nuint)(words * sizeof(ulong)), mask) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(
                error, $"cannot pin a thread to CPU {cpu}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }
}
