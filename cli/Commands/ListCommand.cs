using System.CommandLine;
using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline list`: lists the experiments in the database.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        Option<string> folder = ResultsFolder.Option();
        Option<bool> postgres = ResultsSource.PostgresOption();
        Command command = new("list", "List the experiments measured so far.") { folder, postgres };
        command.SetAction(arguments => arguments.GetValue(postgres)
            ? Run(ResultsSource.OfPostgres())
            : Run(new ResultsFolder(arguments.GetValue(folder)!)));
        return command;
    }

    private static int Run(ResultsFolder folder)
    {
        if (!File.Exists(folder.Database))
        {
            Console.WriteLine($"no experiments yet in {folder.Folder}");
            return ExitCode.Success;
        }

        return Run(ResultsSource.OfFolder(folder));
    }

    private static int Run(ResultsSource source)
    {
        Table table = new Table().Border(TableBorder.None).AddColumns(
            "ID", "started (UTC)", "state", "name", "Services", "data planes");
        foreach (ExperimentSummary each in source.Use(store => store.ListExperiments()))
        {
            table.AddRow(
                new Text(ShortId.Of(each.ExperimentId)),
                new Text(each.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                new Text(each.State.WireName()),
                new Text(each.Name),
                new Text(string.Join(',', each.Spec.Services)),
                new Text(string.Join(',', each.Spec.DataPlanes)));
        }

        AnsiConsole.Write(table);
        return ExitCode.Success;
    }
}
