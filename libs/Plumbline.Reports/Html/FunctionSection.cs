using Plumbline.Contracts;

namespace Plumbline.Results.Html;

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
            Tables = calls.Rows.Count == 0 ? [] :
            [
                ComparisonSections.ByServices(table, analysis, Stage.RuleFunctions, "All calls of a packet together", Statistic.P50),
                ComparisonSections.ByServices(table, analysis, Stage.RuleFunctions, "All calls of a packet together", Statistic.P99),
                new ReportTable(
                    "Each call: medians across trials of its p50 and p99, µs",
                    [
                        "Services", ReportColumn.Words("data plane"), ReportColumn.Words("position"), ReportColumn.Words("function"), ReportColumn.Words("hook"),
                        ReportColumn.Words("table"), ReportColumn.Words("base chain"), "calls of a packet", "calls", "p50", "p99",
                    ],
                    [.. calls.Rows.Select(RowOf)]),
            ],
        };
    }

    private static ReportRow RowOf(FunctionCallRow row) => new(
        Figures.Integer(row.Services),
        row.DataPlane.WireName(),
        row.Position.WireName(),
        row.Of.Function.WireName(),
        row.Of.Hook,
        row.Of.Table,
        row.Of.Chain.Length == 0 ? Figures.Unknown : row.Of.Chain,
        FunctionText.Count(row.CallsPerPacket),
        Figures.Integer(row.Calls),
        Figures.Microseconds(row.P50Ns),
        Figures.Microseconds(row.P99Ns));
}
