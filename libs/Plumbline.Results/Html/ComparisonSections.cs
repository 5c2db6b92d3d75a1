using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The comparison of data planes, drawn and in tables.</summary>
internal static class ComparisonSections
{
    public static ReportSection? Charts(ExperimentResults results, ComparisonTable table)
    {
        ReportChart?[] charts =
        [
            Html.Charts.Latency(table, Statistic.P50), Html.Charts.Latency(table, Statistic.P99), Html.Charts.Programming(results.Steps),
        ];
        return charts.All(chart => chart is null) ? null : new ReportSection("Charts") { Charts = [.. charts.OfType<ReportChart>()] };
    }

    public static ReportSection Comparison(ComparisonTable table) => table.Columns.Count == 0
        ? new ReportSection("Comparison") { Paragraphs = ["Nothing was measured yet."] }
        : new ReportSection("Comparison") { Tables = [ByServices(table, Statistic.P50), ByServices(table, Statistic.P99)] };

    public static ReportSection? Stages(ComparisonTable table)
    {
        if (table.Cells.Count == 0)
        {
            return null;
        }

        Stage[] stages = [.. table.Cells.Select(cell => cell.Stage).Distinct().Order()];
        ReportColumn[] columns =
        [
            "Services", ReportColumn.Words("data plane"), ReportColumn.Words("position"),
            .. stages.SelectMany(stage => new ReportColumn[] { $"{stage.WireName()} p50", $"{stage.WireName()} p99", $"{stage.WireName()} mean" }),
            "trials", "samples", "flagged attempts", "given up",
        ];
        return new ReportSection("Stages")
        {
            Tables = [new ReportTable("Each stage of the packet's way through the node, µs", columns, [.. Cells().Select(RowOf)])],
        };

        IEnumerable<(int Services, ComparisonColumn Column)> Cells() =>
            table.Cells.Select(cell => (cell.Services, new ComparisonColumn(cell.DataPlane, cell.Position))).Distinct();

        ReportRow RowOf((int Services, ComparisonColumn Column) of)
        {
            ComparisonCell any = table.Cells.First(cell =>
                cell.Services == of.Services && cell.DataPlane == of.Column.DataPlane && cell.Position == of.Column.Position);
            return new ReportRow(
                Figures.Integer(of.Services),
                [
                    of.Column.DataPlane.WireName(), of.Column.Position.WireName(),
                    .. stages.SelectMany(stage => Three(table.Cell(of.Services, of.Column, stage))),
                    Figures.Integer(any.Trials), Figures.Integer(any.Samples), Figures.Integer(any.FlaggedAttempts), Figures.Integer(any.GivenUpTrials),
                ]);
        }

        static IEnumerable<ReportCell> Three(ComparisonCell? cell) => [Cell(cell?.P50), Cell(cell?.P99), Cell(cell?.Mean)];
    }

    /// <summary>The median across trials, and the spread below.</summary>
    public static ReportCell Cell(AcrossTrials? across) => new(Figures.Microseconds(across), Figures.Spread(across));

    private static ReportTable ByServices(ComparisonTable table, Statistic statistic) => new(
        $"Time in PREROUTING, {statistic.ToString().ToLowerInvariant()}, µs: median across trials, smallest–largest trial below",
        ["Services", .. table.Columns.Select(column => new ReportColumn(Figures.Column(column)))],
        [
            .. table.Rows.Select(services => new ReportRow(
                Figures.Integer(services),
                [.. table.Columns.Select(column => Cell(table.Cell(services, column, Stage.Prerouting)?.Of(statistic)))])),
        ]);
}
