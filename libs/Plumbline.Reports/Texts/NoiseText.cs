namespace Plumbline.Reports.Texts;

/// <summary>Says how slow the machine was, and what was measured on a noisy machine only.</summary>
public static class NoiseText
{
    /// <summary>
    /// As <c>3 trials were measured on a noisy machine only: they are given up, and in no figure.</c> Null without
    /// such trials.
    /// </summary>
    public static string? Summary(ExperimentResults results)
    {
        int trials = results.GivenUpTrials()
            .Count(attempt => attempt.Flags.All(flag => flag == TrialFlag.MachineNoisy));
        return trials == 0
            ? null
            : $"{(trials == 1 ? "1 trial was" : $"{Figures.Integer(trials)} trials were")} measured on a noisy machine "
                + "only: given up, and in no figure.";
    }

    /// <summary>How far the machine was below its full speed. Null without control packets.</summary>
    public static string? Slowness(ExperimentResults results)
    {
        if (ControlAnalysis.Slowness(results) is not { } slowness)
        {
            return null;
        }

        return slowness.Share == 0
            ? "The machine was at its full speed in every trial."
            : $"Figures are at the machine's full speed. It was slower in {100 * slowness.Share:F0} % of the trials, "
                + $"up to {Figures.Ratio(slowness.Times)} times; a packet takes that much longer then.";
    }
}
