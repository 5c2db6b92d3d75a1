using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis;

/// <summary>
/// How fast the machine was at each step, by control packets: they pass no rules, so only the machine changes their
/// time.
/// </summary>
public static class ControlAnalysis
{
    /// <summary>The steps with control packets, in the order of the plan.</summary>
    public static IReadOnlyList<ControlStep> Of(ExperimentResults results)
    {
        AttemptResult[] controlled = [.. results.Attempts.Where(attempt => P50Ns(attempt) is not null)];
        double? fullNs = MachineSpeed.Of(results).FullNs;
        return
        [
            .. from attempt in controlled
               group attempt by attempt.Trial.Key.Step into step
               orderby step.Key
               select StepOf([.. step], fullNs),
        ];
    }

    /// <summary>How often, and how much, the machine was below its full speed. Null without control packets.</summary>
    public static MachineSlowness? Slowness(ExperimentResults results)
    {
        if (MachineSpeed.Of(results).FullNs is not { } fullNs)
        {
            return null;
        }

        double[] times =
            [.. results.AcceptedAttempts().Select(P50Ns).OfType<double>().Select(ns => ns / fullNs).Order()];
        return new MachineSlowness(
            times.Count(each => each > MachineSlowness.Slow) / (double)times.Length,
            SortedArrayStatistics.Quantile(times, MachineSlowness.Most));
    }

    private static ControlStep StepOf(AttemptResult[] attempts, double? fullNs)
    {
        double[] p50 = [.. attempts.Select(attempt => P50Ns(attempt)!.Value)];
        return new ControlStep
        {
            Step = attempts[0].Trial.Key.Step,
            Services = attempts[0].Trial.Cell.Services,
            P50Ns = p50.Median(),
            MinNs = p50.Min(),
            MaxNs = p50.Max(),
            OverFullSpeed = p50.Median() / fullNs,
            NoisyAttempts = attempts.Count(attempt => attempt.Flags.Contains(TrialFlag.MachineNoisy)),
            BeganNoisy = attempts.Any(attempt => attempt.Conditions.Noise?.BeganNoisy == true),
        };
    }

    private static double? P50Ns(AttemptResult attempt) => attempt.Conditions.Control?.P50Ns;
}
