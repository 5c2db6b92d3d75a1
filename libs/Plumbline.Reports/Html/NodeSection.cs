using Plumbline.Reports.Tables;

namespace Plumbline.Reports.Html;

/// <summary>The node of the cluster that was measured.</summary>
internal static class NodeSection
{
    public static ReportSection? Of(ExperimentResults results)
    {
        if (NodeText.Heading(results) is not { } heading)
        {
            return null;
        }

        string programming = NodeText.Programming(results);
        return new ReportSection("The node")
        {
            Paragraphs =
            [
                $"{heading}.",
                $"Seconds to program: {char.ToLowerInvariant(programming[0])}{programming[1..]} Syncs are counted from "
                    + "kube-proxy's start until the step was ready.",
                .. NodeText.Remarks(results),
            ],
            Tables =
            [
                new ReportTable(
                    "The node at each step",
                    [.. NodeStepTable.Columns.Select(column => new ReportColumn(column))],
                    [
                        .. from row in NodeStepTable.Of(results).Rows
                           select ReportRow.Of([.. row.Select(text => new ReportCell(text))]),
                    ]),
            ],
        };
    }
}
