using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Probing;

namespace Plumbline.Trials.Noise;

/// <summary>Decides whether other work on the machine disturbed a trial. Pure.</summary>
public static class NoiseJudge
{
    /// <summary>
    /// Share by which control packets may differ before and after: a change of speed within the trial, of which its
    /// own packets saw an unknown part. Two readings on a quiet machine differ by 3 to 9 % (standard deviation).
    /// </summary>
    public const double MostShift = 0.25;

    /// <summary>
    /// Share by which they may be slower than usual. Figures are stated at the machine's full speed, so a slower one is
    /// no fault; but nobody has seen that rules slow down by the same factor beyond this. Measured: control packets
    /// took 1.47 times as long in slow minutes of a virtual machine, and first packets of all data planes 1.45 to 1.5
    /// times.
    /// </summary>
    public const double MostSlowness = 1;

    /// <summary>
    /// Share of the span that the hypervisor may steal. It stops whatever runs, so that share of packets is too long:
    /// with more, p99 would be the hypervisor's.
    /// </summary>
    public const double MostSteal = 0.02;

    /// <summary>
    /// Share of the span that the sender may wait for its CPU. Other tasks run then, and empty the caches. With
    /// real-time priority it is next to nothing on a busy machine, too.
    /// </summary>
    public const double MostRunDelay = 0.1;

    /// <summary>Returns no reason for a trial that was not disturbed.</summary>
    /// <param name="control">Null when no control packets were sent.</param>
    /// <param name="noise">Null when the sender had no CPU of its own.</param>
    /// <param name="referenceNs">What control packets usually take; null when that is not known yet.</param>
    public static IReadOnlyList<FlagReason> Judge(ControlReading? control, SenderNoise? noise, double? referenceNs)
    {
        string?[] remarks =
        [
            .. control is null ? [] : (string?[])[Missing(control), Unsteady(control), Slow(control, referenceNs)],
            .. noise is null ? [] : (string?[])[Stolen(noise), Delayed(noise.Other)],
        ];
        return [.. remarks.OfType<string>().Select(remark => new FlagReason(TrialFlag.MachineNoisy, remark))];
    }

    private static string? Missing(ControlReading control) =>
        control is { BeforeP50Ns: not null, AfterP50Ns: not null }
            ? null
            : $"only {control.Packets} of {2 * ControlSender.Packets} control packets came through: "
                + "nothing shows whether the machine was quiet";

    private static string? Unsteady(ControlReading control) =>
        control is { BeforeP50Ns: { } before, AfterP50Ns: { } after }
        && Math.Max(before, after) > (1 + MostShift) * Math.Min(before, after)
            ? Text($"control packets took {before:F0} ns before and {after:F0} ns after")
            : null;

    /// <summary>A machine that is faster than before is quieter than before.</summary>
    private static string? Slow(ControlReading control, double? referenceNs) =>
        control.P50Ns is { } p50 && p50 > (1 + MostSlowness) * referenceNs
            ? Text($"control packets took {p50:F0} ns, usually {referenceNs:F0} in this experiment")
            : null;

    /// <summary>The kernel counts stolen time in ticks, so one tick may be next to nothing.</summary>
    private static string? Stolen(SenderNoise noise) =>
        noise.StealNs - CpuTimes.NsPerTick > MostSteal * noise.Other.SpanNs
            ? Text($"the hypervisor stole {noise.StealNs / 1e6:F0} of {noise.Other.SpanNs / 1e6:F0} ms")
            : null;

    private static string? Delayed(TrialNoise noise) =>
        noise.RunDelayNs > MostRunDelay * noise.SpanNs
            ? Text($"the sender waited for its CPU for {noise.RunDelayNs / 1e6:F0} of {noise.SpanNs / 1e6:F0} ms")
            : null;

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
