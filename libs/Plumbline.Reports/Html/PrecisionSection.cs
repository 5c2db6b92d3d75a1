using System.Globalization;

namespace Plumbline.Reports.Html;

/// <summary>How many trials a wished-for precision would need.</summary>
internal static class PrecisionSection
{
    public static ReportSection? Of(ExperimentAnalysis analysis)
    {
        if (analysis.Power.Count == 0)
        {
            return null;
        }

        PowerNote[] known = [.. analysis.Power.Where(note => note.TrialsNeeded is not null)];
        PowerNote[] lacking =
        [
            .. known.Where(note => note.TrialsNeeded > note.TrialsHad).OrderByDescending(note => note.TrialsNeeded),
        ];
        int unknown = analysis.Power.Count - known.Length;
        string percent = (100 * analysis.Power[0].Relative).ToString("0.#", CultureInfo.InvariantCulture);
        return new ReportSection("Precision")
        {
            Paragraphs =
            [
                $"Intervals are over trials, not packets. For a 95 % interval of ±{percent} % of the median p50, "
                    + $"{Figures.Integer(known.Length - lacking.Length)} of {Figures.Integer(analysis.Power.Count)} "
                    + "cells had enough trials, by the spread of their trials."
                    + (unknown > 0 ? $" {Figures.Integer(unknown)} cells have too few trials to say." : ""),
                .. lacking.Take(1).Select(note => $"Most are needed by {Name(note)}: about {Needed(note)} trials."),
            ],
            Tables = lacking.Length == 0 ? [] : [TableOf(percent, lacking)],
        };
    }

    private static ReportTable TableOf(string percent, PowerNote[] lacking)
    {
        CellColumns columns = CellColumns.Of(lacking.Select(note => note.Cell), Axes.Services);
        return new ReportTable(
            $"Cells that need more trials for ±{percent} %",
            [.. columns.Titles, ReportColumn.Words("stage"), "trials", "needed, about"],
            [
                .. lacking.Select(note => ReportRow.Of(
                    [.. columns.Texts(note.Cell), note.Stage.Name, Figures.Integer(note.TrialsHad), Needed(note)])),
            ]);
    }

    private static string Name(PowerNote note) => $"{note.Cell} Services ({note.Stage})";

    private static string Needed(PowerNote note) => Figures.Integer(note.TrialsNeeded!.Value);
}
