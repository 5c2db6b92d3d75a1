using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The comparison of data planes one-way, drawn and in tables.</summary>
internal static class ComparisonSections
{
    public static ReportSection? Charts(ExperimentResults results, ComparisonTable table)
    {
        ReportChart?[] charts =
        [
            Html.Charts.Prerouting(table, Statistic.P50), Html.Charts.Prerouting(table, Statistic.P99), Html.Charts.Programming(results.Steps),
        ];
        return charts.All(chart => chart is null) ? null : new ReportSection("Charts") { Charts = [.. charts.OfType<ReportChart>()] };
    }

    public static ReportSection? Comparison(ComparisonTable table)
    {
        if (table.Columns.Count == 0)
        {
            return new ReportSection("Comparison") { Paragraphs = ["Nothing was measured yet."] };
        }

        return !table.Probes.Contains(ProbeKind.OneWay) ? null : new ReportSection("Comparison")
        {
            Tables = [ByServices(table, Stage.Prerouting, "Time in PREROUTING", Statistic.P50), ByServices(table, Stage.Prerouting, "Time in PREROUTING", Statistic.P99)],
        };
    }

    public static ReportSection? Stages(ComparisonTable table)
    {
        ComparisonCell[] oneWay = [.. table.Cells.Where(cell => cell.Probe == ProbeKind.OneWay)];
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
            Tables = [new ReportTable("Each stage of the packet's way through the node, µs", columns, [.. Cells().Select(RowOf)])],
        };

        IEnumerable<(int Services, ComparisonColumn Column)> Cells() =>
            oneWay.Select(cell => (cell.Services, new ComparisonColumn(cell.DataPlane, cell.Position))).Distinct();

        ReportRow RowOf((int Services, ComparisonColumn Column) of)
        {
            ComparisonCell any = oneWay.First(cell =>
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

    /// <summary>A statistic of one stage: a row for each number of Services, a column for each data plane and position.</summary>
    public static ReportTable ByServices(ComparisonTable table, Stage stage, string what, Statistic statistic) => new(
        $"{what}, {statistic.ToString().ToLowerInvariant()}, µs: median across trials, smallest–largest trial below",
        ["Services", .. table.Columns.Select(column => new ReportColumn(Figures.Column(column)))],
        [
            .. table.Rows.Select(services => new ReportRow(
                Figures.Integer(services),
                [.. table.Columns.Select(column => Cell(table.Cell(services, column, stage)?.Of(statistic)))])),
        ]);
}
