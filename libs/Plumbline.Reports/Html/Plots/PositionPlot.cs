using MathNet.Numerics.Statistics;
using OxyPlot.Axes;

namespace Plumbline.Reports.Html.Plots;

/// <summary>Latency against the place of the target's rule, at the most Services.</summary>
internal static class PositionPlot
{
    /// <summary>Null where fewer than two positions were measured. Random targets have no single place.</summary>
    public static Plot? Of(ExperimentResults results, ExperimentAnalysis analysis, HeadlineCells headline)
    {
        Dictionary<Cell, double> indexes = (
            from attempt in results.AcceptedAttempts()
            where attempt.Trial.Measure == headline.Stage.Measure && attempt.Conditions.TargetIndex is not null
            group (double)attempt.Conditions.TargetIndex!.Value by attempt.LocalCell())
            .ToDictionary(cell => cell.Key, cell => cell.Median());
        (Cell Cell, Cell Series, double Index, PlotPoint Point, string Text)[] cells =
        [
            .. from each in analysis.Cells
               where each.Stage == headline.Stage && each.Statistic == Statistic.P50
               where each.Cell.Services == headline.Services && indexes.ContainsKey(each.Cell)
               let series = each.Cell.Column().Without(Axes.Position)
               let index = indexes[each.Cell]
               orderby series, index
               select (each.Cell, series, index, PlotPoint.Microseconds(index, each.Ns), Figures.Microseconds(each.Ns)),
        ];
        if (cells.Select(each => each.Cell.Position).Distinct().Count() < 2)
        {
            return null;
        }

        PlotLine[] lines =
        [
            .. from each in cells
               group each.Point by each.Series into series
               select new PlotLine(CellText.Column(series.Key), SeriesStyle.Of(series.Key), [.. series]),
        ];
        string what = $"{headline.Stage} (p50) at {Figures.Integer(headline.Services)} Services "
            + "against the place of the target's rule";
        CellColumns columns = CellColumns.Of(cells.Select(each => each.Cell.Column()));
        return Plot.Of(
            "position",
            $"{what}, by data plane",
            $"{what}: 0 is the first of all Service rules. Marks are means over builds, bars their 95 % intervals.",
            PlotAxes.Linear(AxisPosition.Bottom, "index of the target's rule", PlotPoint.Places(lines)),
            PlotAxes.Linear(AxisPosition.Left, $"µs {headline.Stage} (p50)", PlotPoint.Heights(lines)),
            lines)! with
        {
            Data = new ReportTable(
                $"{what}: means over builds, 95 % intervals in brackets, µs",
                [.. columns.Titles, "index", "p50"],
                [
                    .. from each in cells
                       let index = Figures.Integer((long)each.Index)
                       select ReportRow.Of([.. columns.Texts(each.Cell), index, each.Text]),
                ]),
        };
    }
}
