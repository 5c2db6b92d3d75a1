using System.CommandLine;
using Plumbline.Cli.Views;
using Plumbline.Results;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline report ID`: the table on the screen, and the reports as files.</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        Argument<string> id = new("ID") { Description = "The experiment's id, or as much of its beginning as tells it apart." };
        Option<string> folder = ResultsFolder.Option();
        Command command = new("report", "Show an experiment's results again and write its reports (CSV, JSON, HTML).") { id, folder };
        command.SetAction(arguments => Show(new ResultsFolder(arguments.GetValue(folder)!), arguments.GetValue(id)!));
        return command;
    }

    /// <summary>Prints the experiment's table and writes its reports.</summary>
    /// <exception cref="UserException">There is no such experiment, or the reports cannot be written.</exception>
    public static int Show(ResultsFolder folder, string id)
    {
        try
        {
            using ResultsStore store = ResultsStore.OpenExisting(folder.Database);
            ExperimentResults results = store.Load(id);
            ComparisonView.Write(AnsiConsole.Console, results);
            foreach (string path in WriteReports(folder, store, results))
            {
                AnsiConsole.Console.WriteLine(path);
            }

            return ExitCode.Success;
        }
        catch (ResultsException exception)
        {
            throw new UserException(ExitCode.BadInput, exception.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.BadInput, $"the reports cannot be written: {exception.Message}");
        }
    }

    private static IEnumerable<string> WriteReports(ResultsFolder folder, ResultsStore store, ExperimentResults results)
    {
        (string Extension, Action<ExperimentResults, TextWriter> Write)[] formats =
        [
            ("csv", CsvExport.Write), ("json", JsonExport.Write), ("html", HtmlReport.Write),
            .. CrossCheck.Of(results).Pairs.Count == 0 ? Array.Empty<(string, Action<ExperimentResults, TextWriter>)>() : [("cross-check.csv", CrossCheckExport.Write)],
        ];
        foreach ((string extension, Action<ExperimentResults, TextWriter> write) in formats)
        {
            string path = folder.Report(results.Summary.ExperimentId, extension);
            using StreamWriter writer = new(path);
            write(results, writer);
            yield return path;
        }

        string rawFolder = folder.Report(results.Summary.ExperimentId, "raw");
        if (RawExport.Write(store, results, rawFolder) is { Count: > 0 } files)
        {
            yield return $"{rawFolder}: each latency in ns, one per line, in {files.Count} files";
        }
    }
}
