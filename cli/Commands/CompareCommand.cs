using System.CommandLine;
using Plumbline.Analysis;
using Plumbline.Analysis.Comparisons;
using Plumbline.Cli.Views;
using Plumbline.Contracts;
using Plumbline.Reports.Comparisons;
using Plumbline.Reports.Exports;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline compare A B`: shows the differences between two experiments, and checks thresholds.</summary>
internal static class CompareCommand
{
    private static readonly string[] s_formats = ["table", "md", "html"];

    public static Command Create()
    {
        Argument<string> a = Experiment("A", "The reference");
        Argument<string> b = Experiment("B", "What to compare with it");
        Option<Threshold[]> threshold = WordOption.Create(
            "--threshold",
            $"How much slower B may be in any cell: {Threshold.Form}. You can repeat it. The exit code is 5 when B is "
            + "slower than that beyond the spread of the builds. A negative percentage demands that B is faster.",
            Threshold.TryParse,
            $"is not a threshold; write {Threshold.Form}");
        Option<string[]> stage = WordOption.Create(
            "--stage",
            $"Stages to compare (default {string.Join(", ", Headlines.MeasureStages.Select(each => each.Name))}).",
            word => Stage.All.Any(each => each.Name == word) ? word : null,
            $"is not one of {string.Join(", ", Stage.All.Select(each => each.Name))}");
        Option<string[]> format = WordOption.Create(
            "--format",
            "table (default), md (Markdown, for a pull request) or html (a page with plots, in the folder of --out). "
            + "md,html writes both.",
            word => s_formats.Contains(word) ? word : null,
            $"is not one of {string.Join(", ", s_formats)}");
        Option<string?> node = NodeChoice.Option(
            "The cluster's node to compare. Required when an experiment was measured on several nodes.");
        Option<string> folder = ResultsFolder.Option();
        Option<bool> postgres = ResultsSource.PostgresOption();
        Command command = new("compare", "Compare two experiments: their conditions, then every cell that both have.")
        {
            a, b, threshold, stage, format, node, folder, postgres,
        };
        command.SetAction(arguments => Run(
            Load(
                "A",
                arguments.GetValue(a)!,
                arguments.GetValue(node),
                arguments.GetValue(folder)!,
                arguments.GetValue(postgres)),
            Load(
                "B",
                arguments.GetValue(b)!,
                arguments.GetValue(node),
                arguments.GetValue(folder)!,
                arguments.GetValue(postgres)),
            arguments.GetValue(node),
            arguments.GetValue(threshold)!,
            [.. arguments.GetValue(stage)!.Select(Stage.Of)],
            arguments.GetValue(format)!,
            new ResultsFolder(arguments.GetValue(folder)!)));
        return command;
    }

    private static Argument<string> Experiment(string name, string what) =>
        new(name)
        {
            Description = $"{what}: any unique prefix of an experiment's id, or FOLDER:ID to read another folder.",
        };

    private static int Run(
        ExperimentResults a,
        ExperimentResults b,
        string? node,
        Threshold[] thresholds,
        Stage[] stages,
        string[] formats,
        ResultsFolder folder)
    {
        if (node is not null && (a.Node ?? b.Node) is null)
        {
            throw new UserException(
                ExitCode.BadInput, "--node: both experiments were measured in labs, which have no nodes");
        }

        ExperimentComparison comparison = ExperimentComparison.Of(a, b, stages.Length == 0 ? null : stages);
        bool page = formats.Contains("html");
        string? text = formats.LastOrDefault(each => each != "html");
        if (text == "md")
        {
            CompareMarkdown.Write(comparison, thresholds, Console.Out);
        }
        else if (text == "table" || !page)
        {
            CompareView.Write(AnsiConsole.Console, comparison, thresholds);
        }

        if (page)
        {
            // Markdown must be alone on standard output.
            (text == "md" ? Console.Error : Console.Out).WriteLine(WritePage(folder, comparison, thresholds));
        }

        // A threshold that judges nothing must not pass.
        if (thresholds.FirstOrDefault(
            each => each.NotJudgedIn(comparison).Count == comparison.Cells.Count) is { } blind)
        {
            throw new UserException(
                ExitCode.BadInput,
                $"--threshold {blind}: no cell can be judged; both experiments need the same cells, with enough builds "
                + "and samples");
        }

        return thresholds.Any(each => each.ExceededIn(comparison).Count > 0)
            ? ExitCode.ThresholdExceeded
            : ExitCode.Success;
    }

    /// <summary>Writes the page and returns its path.</summary>
    /// <exception cref="UserException">The page cannot be written.</exception>
    private static string WritePage(ResultsFolder folder, ExperimentComparison comparison, Threshold[] thresholds)
    {
        string node = comparison.A.Node is { } name && name == comparison.B.Node ? $"-{name}" : "";
        string path = folder.Report(
            $"{ShortId.Of(comparison.A.Summary.ExperimentId)}-{ShortId.Of(comparison.B.Summary.ExperimentId)}{node}",
            "compare.html");
        try
        {
            // Both experiments may be in other folders.
            Directory.CreateDirectory(folder.Folder);
            using StreamWriter writer = new(path);
            CompareHtml.Write(comparison, thresholds, writer);
            return path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UserException(ExitCode.BadInput, $"the page cannot be written: {exception.Message}");
        }
    }

    /// <exception cref="UserException">
    /// The experiment or the node does not exist, or the node must be named.
    /// </exception>
    private static ExperimentResults Load(
        string argument, string experiment, string? node, string folder, bool fromPostgres)
    {
        int colon = experiment.LastIndexOf(':');
        string id = experiment[(colon + 1)..];
        ResultsSource source = fromPostgres && colon < 0
            ? ResultsSource.OfPostgres()
            : ResultsSource.OfFolder(new ResultsFolder(colon < 0 ? folder : experiment[..colon]));
        try
        {
            return source.Use(store => NodeChoice.OneMachine(store.Load(id), node));
        }
        catch (UserException exception)
        {
            throw new UserException(exception.ExitCode, $"{argument}: {exception.Message}");
        }
    }
}
