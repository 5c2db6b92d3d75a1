namespace Plumbline.Linux;

/// <summary>When the kernel lets a task interrupt another one that runs in the kernel.</summary>
public static class KernelPreemption
{
    public const string RealTime = "PREEMPT_RT";

    /// <summary>
    /// As <c>uname -v</c> names it: <c>PREEMPT_RT</c>, <c>PREEMPT</c> or <c>PREEMPT_DYNAMIC</c>; with the mode that is
    /// in use if the kernel tells: <c>PREEMPT_DYNAMIC (full)</c>. <c>none or voluntary</c> if it names none.
    /// </summary>
    public static string Read(SystemFiles files)
    {
        if (files.Read("sys/kernel/realtime") == "1")
        {
            return RealTime;
        }

        string? model = files.Read("proc/sys/kernel/version")?.Split(' ')
            .FirstOrDefault(each => each.StartsWith("PREEMPT", StringComparison.Ordinal));
        string? mode = files.Read("sys/kernel/debug/sched/preempt")?.Split(' ')
            .FirstOrDefault(each => each.StartsWith('('));
        return (model, mode) switch
        {
            (null, _) => "none or voluntary",
            (_, null) => model,
            _ => $"{model} {mode}",
        };
    }
}
