using System.CommandLine;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html.Plots;
using Plumbline.Store.Storage;

namespace Plumbline.Cli.Reports;

/// <summary>A format of `plumbline report`.</summary>
/// <param name="IsText">It goes to standard output, and nothing else does.</param>
internal sealed record ReportFormat(string Name, bool IsText, string What)
{
    public static readonly ReportFormat Table = new("table", true, "for the terminal");

    public static readonly ReportFormat Markdown = new("md", true, "Markdown, for a pull request");

    public static readonly ReportFormat Prometheus = new("prom", true, "Prometheus text, for a Pushgateway");

    public static readonly ReportFormat Csv = new("csv", false, "one row for each attempt and stage");

    public static readonly ReportFormat Json = new("json", false, "everything, schema in docs/results.schema.json");

    public static readonly ReportFormat Html = new("html", false, "a page with plots");

    public static readonly ReportFormat Svg = new("svg", false, "the plots as files");

    public static readonly IReadOnlyList<ReportFormat> All = [Table, Markdown, Csv, Json, Html, Prometheus, Svg];

    public static Option<ReportFormat[]> Option() => WordOption.Create(
        "--format",
        $"Formats to write: {string.Join(", ", All.Select(each => $"{each.Name} ({each.What})"))}. "
        + "Default: table, csv, json and html.",
        word => All.FirstOrDefault(each => each.Name == word),
        $"is not one of {string.Join(", ", All.Select(each => each.Name))}");

    /// <exception cref="UserException">Two formats would be mixed on standard output.</exception>
    public static void DemandOneText(IReadOnlyList<ReportFormat> formats)
    {
        string[] texts = [.. formats.Where(each => each.IsText).Select(each => each.Name).Distinct()];
        if (texts.Length > 1)
        {
            throw new UserException(
                ExitCode.BadInput,
                $"--format: {string.Join(" and ", texts)} both go to standard output; name only one of them");
        }
    }
}
