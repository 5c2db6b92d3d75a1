using Plumbline.Contracts;

namespace Plumbline.Tests;

internal static class ControlledTrials
{
    /// <summary>The trial with control packets of that median, or with none.</summary>
    public static TrialMeasured WithControl(this TrialMeasured measured, double? p50Ns) => measured with
    {
        Conditions = measured.Conditions with
        {
            Control = p50Ns is null ? null : new ControlReading
            {
                BeforeP50Ns = p50Ns, AfterP50Ns = p50Ns, P50Ns = p50Ns, P90Ns = 2 * p50Ns, Packets = 300,
            },
            Noise = new TrialNoise
            {
                SpanNs = 100_000_000,
                RunDelayNs = 40_000,
                InvoluntarySwitches = 2,
                IrqNs = 0,
                SoftIrqNs = 10_000_000,
                BusyShare = 0.5,
                FrequencyBeforeKHz = null,
                FrequencyAfterKHz = null,
                BeganNoisy = measured.Flags.Contains(TrialFlag.MachineNoisy),
            },
        },
    };
}
