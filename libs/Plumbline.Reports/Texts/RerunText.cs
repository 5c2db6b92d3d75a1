using System.Globalization;

namespace Plumbline.Reports.Texts;

/// <summary>What was measured again, on the terminal and in reports.</summary>
public static class RerunText
{
    /// <summary>
    /// As <c>Measured again after the experiment: step 2 one-way, step 3 rtt (failed). The latest accepted attempt of a
    /// trial counts, and the latest time to program a step.</c> Null without reruns.
    /// </summary>
    public static string? Summary(ExperimentResults results) => results.Reruns.Count == 0
        ? null
        : $"Measured again after the experiment: {string.Join(", ", results.Reruns.Select(Words))}. "
            + "The latest accepted attempt of a trial counts, and the latest time to program a step.";

    private static string Words(RerunResult rerun) =>
        string.Create(CultureInfo.InvariantCulture, $"step {rerun.Step} {rerun.Stage.WireName()}{End(rerun.Outcome)}");

    private static string End(ExperimentOutcome? outcome) => outcome switch
    {
        ExperimentOutcome.Completed => "",
        { } ended => $" ({ended.WireName()})",
        null => " (not ended)",
    };
}
