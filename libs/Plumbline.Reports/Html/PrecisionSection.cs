using System.Globalization;
using MathNet.Numerics.Statistics;

namespace Plumbline.Reports.Html;

/// <summary>How much builds differ, and how many a wished-for precision would need.</summary>
internal static class PrecisionSection
{
    public static ReportSection? Of(ExperimentAnalysis analysis)
    {
        if (analysis.Power.Count == 0)
        {
            return null;
        }

        PowerNote[] known = [.. analysis.Power.Where(note => note.Spread is not null)];
        PowerNote[] lacking =
        [
            .. known.Where(note => note.BuildsNeeded > note.Builds).OrderByDescending(note => note.BuildsNeeded),
        ];
        int unknown = analysis.Power.Count - known.Length;
        string percent = (100 * analysis.Power[0].Relative).ToString("0.#", CultureInfo.InvariantCulture);
        return new ReportSection("Precision")
        {
            Paragraphs =
            [
                .. Spread(known),
                $"Intervals are over builds, not trials or packets. For a 95 % interval of ±{percent} % of p50, "
                    + $"{Figures.Integer(known.Length - lacking.Length)} of {Figures.Integer(analysis.Power.Count)} "
                    + "cells had enough builds, by the spread of their builds."
                    + (unknown > 0 ? $" {Figures.Integer(unknown)} cells have too few builds to say." : ""),
                .. lacking.Take(1).Select(note => $"Most are needed by {Name(note)}: about {Needed(note)} builds."),
            ],
            Tables = lacking.Length == 0 ? [] : [TableOf(percent, lacking)],
        };
    }

    private static IEnumerable<string> Spread(PowerNote[] known)
    {
        if (known.Length > 0)
        {
            double between = known.Select(note => note.Spread!.Between).Median();
            double[] within = [.. known.Select(note => note.Spread!.Within).OfType<double>()];
            string trials = within.Length == 0
                ? "; with one trial for each build, this contains the spread within builds"
                : $", and trials within builds by {Figures.Percent(within.Median())}";
            yield return $"Builds of a cell differ by {Figures.Percent(between)}{trials} "
                + "(standard deviations of p50, medians over cells).";
        }
    }

    private static ReportTable TableOf(string percent, PowerNote[] lacking)
    {
        CellColumns columns = CellColumns.Of(lacking.Select(note => note.Cell), Axes.Services);
        return new ReportTable(
            $"Cells that need more builds for ±{percent} %",
            [
                .. columns.Titles, ReportColumn.Words("stage"), "builds × trials", "between builds", "within builds",
                "builds needed, about",
            ],
            [
                .. lacking.Select(note => ReportRow.Of(
                [
                    .. columns.Texts(note.Cell),
                    note.Stage.Name,
                    Figures.Replications(note.Builds, note.Trials),
                    Figures.Percent(note.Spread!.Between),
                    note.Spread.Within is { } within ? Figures.Percent(within) : Figures.Unknown,
                    Needed(note),
                ])),
            ]);
    }

    private static string Name(PowerNote note) => $"{note.Cell} Services ({note.Stage})";

    private static string Needed(PowerNote note) => Figures.Integer(note.BuildsNeeded!.Value);
}
