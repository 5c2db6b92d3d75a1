using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The comparison of data planes one-way, drawn and in tables.</summary>
internal static class ComparisonSections
{
    /// <summary>The interval of a median of fewer is the trials' whole range, and covers less than it says: 75 % of three.</summary>
    private const int TrialsForInterval = 5;

    public static ReportSection? Comparison(ComparisonTable table, ExperimentAnalysis analysis)
    {
        if (table.Columns.Count == 0)
        {
            return new ReportSection("Comparison") { Paragraphs = ["Nothing was measured yet."] };
        }

        return !table.Stages(Measure.OneWay).Contains(Stage.Prerouting) ? null : new ReportSection("Comparison")
        {
            Charts = ReportChart.Of(ServicesPlots.Prerouting(analysis, Statistic.P50), ServicesPlots.Prerouting(analysis, Statistic.P99)),
            Tables =
            [
                ByServices(table, analysis, Stage.Prerouting, "Time in PREROUTING", Statistic.P50),
                ByServices(table, analysis, Stage.Prerouting, "Time in PREROUTING", Statistic.P99),
            ],
        };
    }

    public static ReportSection? Distribution(ExperimentResults results, HeadlineCells? telling) =>
        telling is null || DistributionPlot.Of(results, telling) is not { } plot ? null : new ReportSection("Distribution")
        {
            Charts = ReportChart.Of(plot),
        };

    public static ReportSection? Stages(ComparisonTable table)
    {
        ComparisonCell[] oneWay = [.. table.Cells.Where(cell => cell.Measure == Measure.OneWay)];
        if (oneWay.Length == 0)
        {
            return null;
        }

        Stage[] stages = [.. oneWay.Select(cell => cell.Stage).Distinct().Order()];
        ReportColumn[] columns =
        [
            "Services", ReportColumn.Words("data plane"), ReportColumn.Words("position"),
            .. stages.SelectMany(stage => new ReportColumn[] { $"{stage.WireName()} p50", $"{stage.WireName()} p99", $"{stage.WireName()} mean" }),
            "trials", "samples", "flagged attempts", "given up",
        ];
        return new ReportSection("Stages")
        {
            Tables =
            [
                new ReportTable(
                    "Each stage of the packet's way through the node, µs: median across trials, smallest–largest trial below",
                    columns,
                    [.. oneWay.GroupBy(cell => (cell.Services, cell.DataPlane, cell.Position)).Select(cell => RowOf([.. cell]))]),
            ],
        };

        ReportRow RowOf(ComparisonCell[] ofStages) => new(
            Figures.Integer(ofStages[0].Services),
            [
                ofStages[0].DataPlane.WireName(), ofStages[0].Position.WireName(),
                .. stages.Select(stage => ofStages.FirstOrDefault(cell => cell.Stage == stage)).SelectMany(Three),
                Figures.Integer(ofStages[0].Trials), Figures.Integer(ofStages[0].Samples),
                Figures.Integer(ofStages[0].FlaggedAttempts), Figures.Integer(ofStages[0].GivenUpTrials),
            ]);

        static IEnumerable<ReportCell> Three(ComparisonCell? cell) => [Cell(cell?.P50), Cell(cell?.P99), Cell(cell?.Mean)];
    }

    /// <summary>The median across trials, and the spread below.</summary>
    public static ReportCell Cell(AcrossTrials? across) => new(Figures.Microseconds(across), Figures.Spread(across));

    /// <summary>
    /// A statistic of one stage: a row for each number of Services, a column for each data plane and position. Below each
    /// median its interval, or how far its trials spread where they are too few for one.
    /// </summary>
    public static ReportTable ByServices(ComparisonTable table, ExperimentAnalysis analysis, Stage stage, string what, Statistic statistic)
    {
        Dictionary<(int, ComparisonColumn), CellEstimate> estimates = analysis.Cells
            .Where(cell => cell.Stage == stage && cell.Statistic == statistic && cell.Ns.Trials >= TrialsForInterval)
            .ToDictionary(cell => (cell.Services, cell.Column));
        return new ReportTable(
            $"{what}, {statistic.ToString().ToLowerInvariant()}, µs: median across trials; below it [its 95 % interval], or smallest–largest of fewer than {TrialsForInterval} trials",
            ["Services", .. table.Columns.Select(column => ReportColumn.Of(column))],
            [
                .. table.Rows.Select(services => new ReportRow(
                    Figures.Integer(services), [.. table.Columns.Select(column => CellOf(services, column))])),
            ]);

        ReportCell CellOf(int services, ComparisonColumn column)
        {
            ReportCell spread = Cell(table.Cell(services, column, stage)?.Of(statistic));
            return estimates.GetValueOrDefault((services, column))?.Ns.Interval is { } interval
                ? spread with { Detail = Figures.IntervalMicroseconds(interval) }
                : spread;
        }
    }
}
