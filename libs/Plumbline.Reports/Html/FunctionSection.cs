namespace Plumbline.Reports.Html;

/// <summary>The functions that evaluate the rules, timed by themselves.</summary>
internal static class FunctionSection
{
    public static ReportSection? Of(ExperimentResults results, ComparisonTable table, ExperimentAnalysis analysis)
    {
        string[] words = [.. FunctionText.Of(results)];
        if (words.Length == 0)
        {
            return null;
        }

        FunctionCallTable calls = FunctionCallTable.Of(results);
        return new ReportSection("Rule functions")
        {
            Paragraphs = [.. FunctionText.CallsPerPacket(calls).Select(each => each + "."), .. words],
            Tables = calls.Rows.Count == 0
                ? []
                :
                [
                    .. ComparisonSections.ByServices(
                        table, analysis, Stage.RuleFunctions, "All calls of a packet together"),
                    CallTable(calls),
                ],
        };
    }

    private static ReportTable CallTable(FunctionCallTable calls)
    {
        CellColumns columns = CellColumns.Of(calls.Rows.Select(row => row.Cell), Axes.Services);
        return new ReportTable(
            "Each call: medians across trials of its p50 and p99, µs",
            [
                .. columns.Titles,
                ReportColumn.Words("function"),
                ReportColumn.Words("hook"),
                ReportColumn.Words("table"),
                ReportColumn.Words("base chain"),
                "calls of a packet",
                "calls",
                .. Headlines.Drawn.Select(statistic => new ReportColumn(statistic.Name())),
            ],
            [
                .. calls.Rows.Select(row => ReportRow.Of(
                [
                    .. columns.Texts(row.Cell),
                    row.Of.Function.WireName(),
                    row.Of.Hook,
                    row.Of.Table,
                    row.Of.Chain.Length == 0 ? Figures.Unknown : row.Of.Chain,
                    FunctionText.Count(row.CallsPerPacket),
                    Figures.Integer(row.Calls),
                    Figures.Microseconds(row.P50Ns),
                    Figures.Microseconds(row.P99Ns),
                ])),
            ]);
    }
}
