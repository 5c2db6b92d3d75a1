using Plumbline.Reports.Html.Plots;

namespace Plumbline.Reports.Html;

/// <summary>The comparison of data planes one-way, in plots and tables.</summary>
internal static class ComparisonSections
{
    public static ReportSection? Comparison(ComparisonTable table, ExperimentAnalysis analysis)
    {
        if (table.Columns.Count == 0)
        {
            return new ReportSection("Comparison") { Paragraphs = ["Nothing was measured yet."] };
        }

        return !table.Stages(Measure.OneWay).Contains(Stage.Prerouting) ? null : new ReportSection("Comparison")
        {
            Charts = ReportChart.Of(Headlines.Drawn.Select(each => ServicesPlots.Prerouting(analysis, each))),
            Tables = ByServices(table, analysis, Stage.Prerouting, "Time in PREROUTING"),
        };
    }

    public static ReportSection? Distribution(ExperimentResults results, HeadlineCells? headline) =>
        headline is null || DistributionPlot.Of(results, headline) is not { } plot
            ? null
            : new ReportSection("Distribution") { Charts = ReportChart.Of(plot) };

    public static ReportSection? Stages(ComparisonTable table)
    {
        ComparisonCell[] oneWay = [.. table.Cells.Where(cell => cell.Measure == Measure.OneWay)];
        if (oneWay.Length == 0)
        {
            return null;
        }

        Stage[] stages = [.. oneWay.Select(cell => cell.Stage).Distinct().Order()];
        Statistic[] statistics = [.. Headlines.Drawn, Statistic.Mean];
        CellColumns columns = CellColumns.Of(oneWay.Select(cell => cell.Cell), Axes.Services);
        return new ReportSection("Stages")
        {
            Tables =
            [
                new ReportTable(
                    "Each stage of the packet's way through the node, µs: "
                        + "mean over builds, smallest–largest trial below",
                    [
                        .. columns.Titles,
                        .. from stage in stages
                           from statistic in statistics
                           select new ReportColumn($"{stage} {statistic.Name()}"),
                        "builds × trials", "samples", "flagged attempts", "given up",
                    ],
                    [.. oneWay.GroupBy(cell => cell.Cell).Select(cell => RowOf(cell.Key, [.. cell]))]),
            ],
        };

        ReportRow RowOf(Cell of, ComparisonCell[] ofStages) => ReportRow.Of(
        [
            .. columns.Texts(of),
            .. from stage in stages
               from statistic in statistics
               select Cell(ofStages.FirstOrDefault(cell => cell.Stage == stage)?.Of(statistic)),
            Figures.Replications(ofStages[0].Builds, ofStages[0].Trials),
            Figures.Integer(ofStages[0].Samples),
            Figures.Integer(ofStages[0].FlaggedAttempts),
            Figures.Integer(ofStages[0].GivenUpTrials),
        ]);
    }

    /// <summary>The mean over builds, and the spread of trials below.</summary>
    public static ReportCell Cell(AcrossBuilds? across) => new(Figures.Microseconds(across), Figures.Spread(across));

    /// <summary>
    /// A table for each of <see cref="Headlines.Drawn"/>: a row for each number of Services, a column for each other
    /// coordinate. Below each figure is its interval, or the spread of its trials with too few builds for one. None
    /// where nothing was measured.
    /// </summary>
    public static IReadOnlyList<ReportTable> ByServices(
        ComparisonTable table, ExperimentAnalysis analysis, Stage stage, string what) =>
        table.Columns.Count == 0
            ? []
            : [.. Headlines.Drawn.Select(statistic => ByServices(table, analysis, stage, what, statistic))];

    private static ReportTable ByServices(
        ComparisonTable table, ExperimentAnalysis analysis, Stage stage, string what, Statistic statistic)
    {
        Dictionary<Cell, CellEstimate> estimates = analysis.Cells
            .Where(each => each.Stage == stage && each.Statistic == statistic)
            .ToDictionary(each => each.Cell);
        return new ReportTable(
            $"{what}, {statistic.Name()}, µs: mean over builds; below it [its 95 % interval], "
                + $"or smallest–largest trial with fewer than {Replications.FewestBuilds} builds",
            ["Services", .. table.Columns.Select(ReportColumn.Of)],
            [
                .. table.Rows.Select(services => new ReportRow(
                    Figures.Integer(services), [.. table.Columns.Select(column => CellOf(services, column))])),
            ]);

        ReportCell CellOf(int services, Cell column)
        {
            ReportCell spread = Cell(table.Cell(services, column, stage)?.Of(statistic));
            return estimates.GetValueOrDefault(column.With(services))?.Ns.Interval is { } interval
                ? spread with { Detail = Figures.IntervalMicroseconds(interval) }
                : spread;
        }
    }
}
