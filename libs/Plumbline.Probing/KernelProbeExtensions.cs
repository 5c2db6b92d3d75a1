using Plumbline.Bpf;
using Plumbline.Contracts;

namespace Plumbline.Probing;

public static class KernelProbeExtensions
{
    /// <summary>
    /// Runs the action while the probe is attached. The probe is detached whatever fails, attaching included.
    /// </summary>
    public static async Task<T> WhileAttachedAsync<T>(this IKernelProbe probe, Func<Task<T>> action)
    {
        try
        {
            probe.Attach();
            return await action();
        }
        finally
        {
            probe.Detach();
        }
    }

    /// <inheritdoc cref="WhileAttachedAsync"/>
    public static T WhileAttached<T>(this IKernelProbe probe, Func<T> action)
    {
        try
        {
            probe.Attach();
            return action();
        }
        finally
        {
            probe.Detach();
        }
    }

    /// <summary>
    /// Measures what each program's runs take while packets are sent. The kernel's accounting slows the programs
    /// down, so no other figure may come from these packets.
    /// </summary>
    /// <param name="probes">All attached.</param>
    /// <param name="send">Sends the packets and returns their number.</param>
    public static ProgramCost MeasureCost(this IReadOnlyList<IKernelProbe> probes, Func<long> send)
    {
        using BpfRunTimeAccounting accounting = BpfRunTimeAccounting.Start();
        KeyValuePair<string, BpfRunTime>[] before = Read();
        long packets = send();
        return new ProgramCost(packets, [.. before.Zip(Read(), Difference)]);

        KeyValuePair<string, BpfRunTime>[] Read() => [.. probes.SelectMany(probe => probe.RunTimes())];

        static ProgramRuns Difference(
            KeyValuePair<string, BpfRunTime> then, KeyValuePair<string, BpfRunTime> now) => new(
                now.Key, now.Value.RunCount - then.Value.RunCount, now.Value.RunTimeNs - then.Value.RunTimeNs);
    }
}
