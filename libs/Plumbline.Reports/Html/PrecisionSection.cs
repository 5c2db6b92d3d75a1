using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

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
        PowerNote[] lacking = [.. known.Where(note => note.TrialsNeeded > note.TrialsHad).OrderByDescending(note => note.TrialsNeeded)];
        string wished = $"±{(100 * analysis.Power[0].Relative).ToString("0.#", CultureInfo.InvariantCulture)} %";
        string unknown = known.Length < analysis.Power.Count ? $" For {Figures.Integer(analysis.Power.Count - known.Length)} the trials are too few to say." : "";
        return new ReportSection("Precision")
        {
            Paragraphs =
            [
                $"Intervals are over trials, not packets. For a 95 % interval of {wished} of the median p50, {Figures.Integer(known.Length - lacking.Length)} of {Figures.Integer(analysis.Power.Count)} cells had enough trials, by the spread of those there are.{unknown}",
                .. lacking.Length == 0 ? Array.Empty<string>() : [$"Most are needed by {Cell(lacking[0])}: about {Figures.Integer(lacking[0].TrialsNeeded!.Value)} trials."],
            ],
            Tables = lacking.Length == 0 ? [] :
            [
                new ReportTable(
                    $"Cells that need more trials for {wished}",
                    ["Services", ReportColumn.Words("data plane"), ReportColumn.Words("position"), ReportColumn.Words("stage"), "trials", "needed, about"],
                    [
                        .. lacking.Select(note => new ReportRow(
                            Figures.Integer(note.Services), note.Column.DataPlane.WireName(), note.Column.Position.WireName(), note.Stage.WireName(),
                            Figures.Integer(note.TrialsHad), Figures.Integer(note.TrialsNeeded!.Value))),
                    ]),
            ],
        };
    }

    private static string Cell(PowerNote note) => $"{Figures.Column(note.Column)} at {Figures.Integer(note.Services)} Services ({note.Stage.WireName()})";
}
