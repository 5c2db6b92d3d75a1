using Plumbline.Analysis.CrossChecks;
using Plumbline.Reports;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Reports.Html.Plots;
using Plumbline.Store;
using Plumbline.Store.Storage;

namespace Plumbline.Cli.Reports;

/// <summary>
/// Writes an experiment's reports into the folder of results. A CSV file has all nodes of a cluster, with a column for
/// the node. Other formats have one file for each node.
/// </summary>
internal sealed class ReportFiles(ResultsFolder folder, ResultsStore store, ExperimentResults results)
{
    private IReadOnlyList<ExperimentResults> Nodes => results.ByNode();

    /// <returns>The path of each written file.</returns>
    public IEnumerable<string> Write(ReportFormat format)
    {
        if (format == ReportFormat.Csv)
        {
            return
            [
                Text(results, "csv", CsvExport.Write),
                .. Nodes.All(node => CrossCheck.Of(node).Pairs.Count == 0)
                    ? Array.Empty<string>()
                    : [Text(results, "cross-check.csv", CrossCheckExport.Write)],
            ];
        }

        if (format == ReportFormat.Json)
        {
            return Nodes.Select(node => Text(node, "json", JsonExport.Write));
        }

        if (format == ReportFormat.Html)
        {
            return Nodes.Select(node => Text(node, "html", HtmlReport.Write));
        }

        if (format == ReportFormat.Svg)
        {
            return Nodes.SelectMany(node => PlotExport.Write(node, folder.Folder));
        }

        throw new ArgumentOutOfRangeException(nameof(format), format.Name, null);
    }

    /// <summary>Writes the single latencies, if the experiment kept them.</summary>
    public IEnumerable<string> WriteRaw()
    {
        string rawFolder = folder.Report(ReportName.Of(results), "raw");
        if (RawExport.Write(store, results, rawFolder) is { Count: > 0 } files)
        {
            yield return $"{rawFolder}: each latency in ns, one per line, in {files.Count} files";
        }
    }

    private string Text(ExperimentResults of, string extension, Action<ExperimentResults, TextWriter> write)
    {
        string path = folder.Report(ReportName.Of(of), extension);
        using StreamWriter writer = new(path);
        write(of, writer);
        return path;
    }
}
