using MathNet.Numerics.Statistics;
using OxyPlot.Axes;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Latency against the place of the target's rule, at the most Services.</summary>
internal static class PositionPlot
{
    /// <summary>Null where fewer than two places were measured. Random targets have no one place.</summary>
    public static Plot? Of(ExperimentResults results, ExperimentAnalysis analysis, HeadlineCells telling)
    {
        Dictionary<ComparisonColumn, double> indexes =
            (from attempt in results.AcceptedAttempts()
             where attempt.Trial.Cell.Services == telling.Services && attempt.Trial.Measure == telling.Stage.Measure() && attempt.Conditions.TargetIndex is not null
             group (double)attempt.Conditions.TargetIndex!.Value by new ComparisonColumn(attempt.Trial.Cell.DataPlane, attempt.Trial.Cell.Position))
            .ToDictionary(column => column.Key, column => column.Median());
        var cells =
            (from cell in analysis.Cells
             where cell.Services == telling.Services && cell.Stage == telling.Stage && cell.Statistic == Statistic.P50 && indexes.ContainsKey(cell.Column)
             orderby cell.Column.DataPlane, indexes[cell.Column]
             select (cell.Column, Index: indexes[cell.Column], cell.Ns)).ToArray();
        if (cells.Select(cell => cell.Column.Position).Distinct().Count() < 2)
        {
            return null;
        }

        PlotLine[] lines =
        [
            .. from cell in cells
               group cell by cell.Column.DataPlane into dataPlane
               select new PlotLine(
                   dataPlane.Key.WireName(), SeriesStyle.Of(dataPlane.Key), [.. dataPlane.Select(cell => PlotPoint.Microseconds(cell.Index, cell.Ns))]),
        ];
        string what = $"{telling.Stage.WireName()} (p50) at {Figures.Integer(telling.Services)} Services against the place of the target's rule";
        return Plot.Of(
            "position",
            $"{what}, by data plane",
            $"{what}: 0 is the first of all Service rules. Marks are medians across trials, bars their 95 % intervals.",
            PlotAxes.Linear(AxisPosition.Bottom, "index of the target's rule", PlotPoint.Places(lines)),
            PlotAxes.Linear(AxisPosition.Left, $"µs {telling.Stage.WireName()} (p50)", PlotPoint.Heights(lines)),
            lines)! with
        {
            Data = new ReportTable(
                $"{what}: medians across trials, 95 % intervals in brackets, µs",
                [ReportColumn.Words("data plane"), ReportColumn.Words("position"), "index", "p50"],
                [
                    .. cells.Select(cell => new ReportRow(
                        cell.Column.DataPlane.WireName(), cell.Column.Position.WireName(), Figures.Integer((long)cell.Index), Figures.Microseconds(cell.Ns))),
                ]),
        };
    }
}
