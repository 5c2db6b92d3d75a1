using System.Globalization;

namespace Plumbline.Reports.Html;

/// <summary>How fast the machine was at each step.</summary>
internal static class ControlSection
{
    public static ReportSection? Of(ExperimentResults results)
    {
        IReadOnlyList<ControlStep> steps = ControlAnalysis.Of(results);
        int[] noisy = [.. steps.Where(step => step.BeganNoisy).Select(step => step.Step)];
        return steps.Count == 0 ? null : new ReportSection("Control packets")
        {
            Paragraphs =
            [
                "Around the packets of every one-way and round-trip trial, control packets pass a node without rules, "
                    + "on the same CPU. Where they take longer, the machine was slower, whatever the rules cost.",
                .. NoiseText.Slowness(results) is { } slowness ? (string[])[slowness] : [],
                .. noisy.Length == 0 ? [] : (string[])
                [
                    $"The machine was still noisy when these steps began: {string.Join(", ", noisy)}.",
                ],
            ],
            Tables =
            [
                new ReportTable(
                    "Control packets of each step",
                    ["step", "Services", "p50, µs", "range, µs", "over full speed", "noisy attempts"],
                    [.. steps.Select(RowOf)]),
            ],
        };
    }

    private static ReportRow RowOf(ControlStep step) => ReportRow.Of(
    [
        step.Step.ToString(CultureInfo.InvariantCulture),
        Figures.Integer(step.Services),
        Figures.Microseconds(step.P50Ns),
        $"{Figures.Microseconds(step.MinNs)}–{Figures.Microseconds(step.MaxNs)}",
        step.OverFullSpeed is { } over ? Figures.Ratio(over) : Figures.Unknown,
        Figures.Integer(step.NoisyAttempts),
    ]);
}
