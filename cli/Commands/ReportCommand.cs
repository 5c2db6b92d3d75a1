using System.CommandLine;
using Plumbline.Cli.Reports;
using Plumbline.Cli.Views;
using Plumbline.Reports.Exports;
using Plumbline.Store;
using Plumbline.Store.Storage;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline report ID`: prints the table and writes the reports.</summary>
internal static class ReportCommand
{
    private static readonly ReportFormat[] s_usual =
        [ReportFormat.Table, ReportFormat.Csv, ReportFormat.Json, ReportFormat.Html];

    public static Command Create()
    {
        Argument<string> id =
            new("ID") { Description = "Any unique prefix of the experiment's id." };
        Option<ReportFormat[]> format = ReportFormat.Option();
        Option<string> outFolder = ResultsFolder.Option();
        Option<bool> postgres = ResultsSource.PostgresOption();
        Option<string?> node = NodeChoice.Option(
            "One node of a cluster. Without it: one report for each node.");
        Command command = new("report", "Show an experiment's results again, and write its reports.")
        {
            id, format, node, outFolder, postgres,
        };
        command.SetAction(arguments =>
        {
            ResultsFolder folder = new(arguments.GetValue(outFolder)!);
            ResultsSource source =
                arguments.GetValue(postgres) ? ResultsSource.OfPostgres() : ResultsSource.OfFolder(folder);
            return Show(source, folder, arguments.GetValue(id)!, arguments.GetValue(node), arguments.GetValue(format)!);
        });
        return command;
    }

    /// <summary>Prints the experiment's table and writes its reports.</summary>
    /// <param name="folder">Folder for the reports.</param>
    /// <exception cref="UserException">There is no such experiment, or the reports cannot be written.</exception>
    public static int Show(ResultsSource source, ResultsFolder folder, string id) => Show(source, folder, id, null, []);

    /// <param name="node">The only node to show. Null for all nodes.</param>
    /// <param name="formats">Formats to write. Empty for the usual ones.</param>
    private static int Show(
        ResultsSource source, ResultsFolder folder, string id, string? node, IReadOnlyList<ReportFormat> formats)
    {
        ReportFormat.DemandOneText(formats);
        try
        {
            return source.Use(store =>
            {
                ExperimentResults results = store.Load(id);
                return Show(store, folder, node is null ? results : NodeChoice.Of(results, node), formats);
            });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.BadInput, $"the reports cannot be written: {exception.Message}");
        }
    }

    private static int Show(
        ResultsStore store, ResultsFolder folder, ExperimentResults results, IReadOnlyList<ReportFormat> formats)
    {
        ReportFiles files = new(folder, store, results);
        ReportFormat[] wanted = [.. formats.Count == 0 ? s_usual : formats.Distinct()];

        // Text for other programs must be the only text on standard output.
        bool isPiped = wanted.Contains(ReportFormat.Markdown) || wanted.Contains(ReportFormat.Prometheus);
        TextWriter paths = isPiped ? Console.Error : Console.Out;
        foreach (ReportFormat text in wanted.Where(each => each.IsText))
        {
            WriteText(text, results);
        }

        if (wanted.Any(each => !each.IsText))
        {
            Directory.CreateDirectory(folder.Folder);
        }

        IEnumerable<string> written = wanted.Where(each => !each.IsText).SelectMany(files.Write);
        foreach (string path in formats.Count == 0 ? written.Concat(files.WriteRaw()) : written)
        {
            paths.WriteLine(path);
        }

        return ExitCode.Success;
    }

    private static void WriteText(ReportFormat format, ExperimentResults results)
    {
        if (format == ReportFormat.Prometheus)
        {
            PrometheusExport.Write(results, Console.Out);
            return;
        }

        foreach (ExperimentResults node in results.ByNode())
        {
            if (format == ReportFormat.Markdown)
            {
                MarkdownExport.Write(node, Console.Out);
            }
            else
            {
                ComparisonView.Write(AnsiConsole.Console, node);
            }
        }
    }
}
