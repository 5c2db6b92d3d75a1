using Plumbline.NodeProbe;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>The doctor's findings: one row each, with the fix.</summary>
internal static class FindingsView
{
    public static void Write(IAnsiConsole console, IReadOnlyList<Finding> findings)
    {
        Table table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("", "", "");
        foreach (Finding finding in findings)
        {
            string detail = finding.Remedy.Length > 0 ? $"{finding.Detail}\n→ {finding.Remedy}" : finding.Detail;
            table.AddRow(
                new Text(Word(finding.Level), Colour(finding.Level)), new Text(finding.What), new Text(detail));
        }

        console.Write(table);
    }

    private static string Word(FindingLevel level) => level switch
    {
        FindingLevel.Good => "ok",
        FindingLevel.Absent => "absent",
        FindingLevel.Limited => "limited",
        _ => "missing",
    };

    private static Style Colour(FindingLevel level) => level switch
    {
        FindingLevel.Good => new Style(Color.Green),
        FindingLevel.Absent => new Style(Color.Grey),
        FindingLevel.Limited => new Style(Color.Yellow),
        _ => new Style(Color.Red),
    };
}
