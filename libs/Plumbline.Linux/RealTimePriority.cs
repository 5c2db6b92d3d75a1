using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Plumbline.Linux;

/// <summary>
/// While this object lives, its thread runs before all ordinary work on its CPU (SCHED_FIFO). The kernel bounds that
/// by kernel.sched_rt_runtime_us. Threads that the thread starts are ordinary ones. A thread may take it again before
/// it gives it back; the last to be disposed of ends it.
/// </summary>
public sealed class RealTimePriority : IDisposable
{
    [ThreadStatic]
    private static int t_holders;

    private RealTimePriority() => t_holders++;

    /// <summary>
    /// Gives the calling thread the priority. Dispose of the result on that thread. Null when the kernel refuses, for
    /// which CAP_SYS_NICE is needed, and when the process has no other CPU for its other threads.
    /// </summary>
    public static RealTimePriority? TryTake() =>
        t_holders > 0
        || (AllowedCpus.OfProcess.Numbers.Count > 1
            && Set(NativeMethods.SchedulerFifo | NativeMethods.SchedulerResetOnFork, priority: 1))
            ? new RealTimePriority()
            : null;

    /// <exception cref="Win32Exception">The kernel does not take the priority back.</exception>
    public void Dispose()
    {
        if (--t_holders == 0 && !Set(NativeMethods.SchedulerOther, priority: 0))
        {
            int error = Marshal.GetLastPInvokeError();
            throw new Win32Exception(
                error, $"cannot end a thread's real-time priority: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    private static unsafe bool Set(int policy, int priority) =>
        NativeMethods.SetScheduler(0, policy, &priority) == 0;
}
