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
        double usualNs = controlled.Select(attempt => P50Ns(attempt)!.Value).Median();
        return
        [
            .. from attempt in controlled
               group attempt by attempt.Trial.Key.Step into step
               orderby step.Key
               select StepOf([.. step], usualNs),
        ];
    }

    private static ControlStep StepOf(AttemptResult[] attempts, double usualNs)
    {
        double[] p50 = [.. attempts.Select(attempt => P50Ns(attempt)!.Value)];
        return new ControlStep
        {
            Step = attempts[0].Trial.Key.Step,
            Services = attempts[0].Trial.Cell.Services,
            P50Ns = p50.Median(),
            MinNs = p50.Min(),
            MaxNs = p50.Max(),
            OverUsual = p50.Median() / usualNs,
            NoisyAttempts = attempts.Count(attempt => attempt.Flags.Contains(TrialFlag.MachineNoisy)),
            BeganNoisy = attempts.Any(attempt => attempt.Conditions.Noise?.BeganNoisy == true),
        };
    }

    private static double? P50Ns(AttemptResult attempt) => attempt.Conditions.Control?.P50Ns;
}

/// <summary>Control packets of one step.</summary>
public sealed record ControlStep
{
    public required int Step { get; init; }

    public required int Services { get; init; }

    /// <summary>Median of the step's attempts, flagged ones too.</summary>
    public required double P50Ns { get; init; }

    public required double MinNs { get; init; }

    public required double MaxNs { get; init; }

    /// <summary>The median divided by that of all the experiment's attempts.</summary>
    public required double OverUsual { get; init; }

    /// <summary>Attempts that are flagged as noisy.</summary>
    public required int NoisyAttempts { get; init; }

    /// <inheritdoc cref="TrialNoise.BeganNoisy"/>
    public required bool BeganNoisy { get; init; }
}
