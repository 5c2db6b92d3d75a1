namespace Plumbline.Reports.Texts;

/// <summary>Says what was measured on a noisy machine only.</summary>
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
}
