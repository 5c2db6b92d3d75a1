using System.CommandLine;
using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Results;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline list`: the experiments in the database.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        Option<string> folder = ResultsFolder.Option();
        Command command = new("list", "List the experiments measured so far.") { folder };
        command.SetAction(arguments => Run(new ResultsFolder(arguments.GetValue(folder)!)));
        return command;
    }

    private static int Run(ResultsFolder folder)
    {
        if (!File.Exists(folder.Database))
        {
            Console.WriteLine($"no experiments yet in {folder.Folder}");
            return ExitCode.Success;
        }

        try
        {
            using ResultsStore store = ResultsStore.OpenExisting(folder.Database);
            Table table = new Table().Border(TableBorder.None).AddColumns("ID", "started (UTC)", "state", "name", "Services", "data planes");
            foreach (ExperimentSummary each in store.ListExperiments())
            {
                table.AddRow(
                    new Text(each.ExperimentId.ToString("N")[..8]),
                    new Text(each.StartedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)),
                    new Text(each.State.WireName()),
                    new Text(each.Name),
                    new Text(string.Join(',', each.Spec.Services)),
                    new Text(string.Join(',', each.Spec.DataPlanes)));
            }

            AnsiConsole.Write(table);
            return ExitCode.Success;
        }
        catch (ResultsException exception)
        {
            throw new UserException(ExitCode.BadInput, exception.Message);
        }
    }
}
