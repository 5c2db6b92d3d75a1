using Plumbline.Results;

namespace Plumbline.Cli.Reports;

/// <summary>Writes an experiment's reports as files, into the folder of results.</summary>
internal sealed class ReportFiles(ResultsFolder folder, ResultsStore store, ExperimentResults results)
{
    private IReadOnlyList<string>? _plots;

    /// <returns>The files' paths, as each is written.</returns>
    public IEnumerable<string> Write(ReportFormat format)
    {
        if (format == ReportFormat.Csv)
        {
            return [Text("csv", CsvExport.Write), .. CrossCheck.Of(results).Pairs.Count == 0 ? Array.Empty<string>() : [Text("cross-check.csv", CrossCheckExport.Write)]];
        }

        if (format == ReportFormat.Json)
        {
            return [Text("json", JsonExport.Write)];
        }

        if (format == ReportFormat.Html)
        {
            return [Text("html", HtmlReport.Write)];
        }

        if (format == ReportFormat.HdrLog)
        {
            return [HdrLog()];
        }

        if (format == ReportFormat.Svg || format == ReportFormat.Png)
        {
            return Plots(format);
        }

        throw new ArgumentOutOfRangeException(nameof(format), format.Name, null);
    }

    /// <summary>Kept latencies, where there are any.</summary>
    public IEnumerable<string> WriteRaw()
    {
        string rawFolder = folder.Report(results.Summary.ExperimentId, "raw");
        if (RawExport.Write(store, results, rawFolder) is { Count: > 0 } files)
        {
            yield return $"{rawFolder}: each latency in ns, one per line, in {files.Count} files";
        }
    }

    private string Text(string extension, Action<ExperimentResults, TextWriter> write)
    {
        string path = folder.Report(results.Summary.ExperimentId, extension);
        using StreamWriter writer = new(path);
        write(results, writer);
        return path;
    }

    /// <summary>Both kinds are drawn at once; those that were not asked for are said too.</summary>
    private IReadOnlyList<string> Plots(ReportFormat format)
    {
        if (_plots is not null)
        {
            return [];
        }

        _plots = PlotExport.Write(results, folder.Folder);
        return _plots.Any(path => path.EndsWith($".{format.Name}", StringComparison.Ordinal))
            ? _plots
            : throw new UserException(ExitCode.CannotRun, $"--format {format.Name}: no plot could be drawn; pictures need a font: apt-get install fonts-dejavu-core");
    }

    private string HdrLog()
    {
        string path = folder.Report(results.Summary.ExperimentId, "hlog");
        using FileStream stream = File.Create(path);
        HdrLogExport.Write(results, stream);
        return path;
    }
}
