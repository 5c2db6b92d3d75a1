namespace Plumbline.Results.Html;

/// <summary>The node of the cluster that was measured.</summary>
internal static class NodeSection
{
    public static ReportSection? Of(ExperimentResults results) => NodeText.Heading(results) is not { } heading ? null : new ReportSection("The node")
    {
        Paragraphs =
        [
            $"{heading}.",
            $"Seconds to program: {LowerFirst(NodeText.Programming(results))} Syncs are those of kube-proxy's whole life until the step was ready.",
            .. NodeText.Remarks(results),
        ],
        Tables =
        [
            new ReportTable(
                "The node at each step",
                [.. NodeStepTable.Columns.Select(column => new ReportColumn(column))],
                [.. NodeStepTable.Of(results).Rows.Select(row => new ReportRow(row[0], [.. row[1..].Select(cell => new ReportCell(cell))]))]),
        ],
    };

    private static string LowerFirst(string sentence) => char.ToLowerInvariant(sentence[0]) + sentence[1..];
}
