using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What was done again, in the words of the terminal and of the reports.</summary>
public static class RerunText
{
    /// <summary>
    /// As <c>Done again after the experiment: step 2 one-way, step 3 rtt (failed). Of a trial's accepted attempts, and of the times to
    /// program a step, the latest counts.</c> Null when nothing was.
    /// </summary>
    public static string? Summary(ExperimentResults results) => results.Reruns.Count == 0
        ? null
        : $"Done again after the experiment: {string.Join(", ", results.Reruns.Select(Words))}. Of a trial's accepted attempts, and of the times to program a step, the latest counts.";

    private static string Words(RerunResult rerun) =>
        string.Create(CultureInfo.InvariantCulture, $"step {rerun.Step} {rerun.Stage.WireName()}{End(rerun.Outcome)}");

    private static string End(ExperimentOutcome? outcome) => outcome switch
    {
        ExperimentOutcome.Completed => "",
        { } ended => $" ({ended.WireName()})",
        null => " (not ended)",
    };
}
