using Plumbline.Linux;

namespace Plumbline.Trials;

/// <summary>Judges whether the kernel's clock is fine enough for stamps of packets. Pure.</summary>
public static class ClockJudge
{
    /// <summary>A stage of a packet without rules takes a few hundred nanoseconds.</summary>
    public const long CoarsestStepNs = 100;

    public const string Remedy =
        "boot the kernel with clocksource=tsc, or use another machine (--measure grpc works here)";

    /// <summary>Clocks outside the CPU. A reading is an access to a device.</summary>
    private static readonly string[] s_devices = ["hpet", "acpi_pm"];

    /// <summary>Why the clock cannot time packets; null when it can.</summary>
    public static string? FindObstacle(KernelClock clock) =>
        s_devices.Contains(clock.Source)
            ? $"the kernel's clock source is {clock.Source}: reading it takes about as long as what is measured"
        : clock.StepNs > CoarsestStepNs
            ? $"the kernel's clock ({clock.Source}) has steps of {clock.StepNs} ns; "
                + $"packets need {CoarsestStepNs} ns or less"
        : null;
}
