using System.CommandLine;
using Plumbline.Cli.Pipeline;
using Plumbline.Cli.Views;
using Plumbline.Contracts;
using Spectre.Console;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline status`: shows the state of the pipeline's experiments.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        Argument<string> id = ExperimentFinder.Argument();
        id.Arity = ArgumentArity.ZeroOrOne;
        Command command =
            new("status", "Show which of the pipeline's experiments run, wait, or have ended.") { id };
        command.SetAction((arguments, _) => RunAsync(arguments.GetValue(id) ?? ""));
        return command;
    }

    private static async Task<int> RunAsync(string idPrefix)
    {
        await using PipelineSession session = new();
        IReadOnlyList<ExperimentStatus> found = await session.Client.StatusAsync(idPrefix);
        if (found.Count == 0 && idPrefix.Length > 0)
        {
            throw new UserException(ExitCode.BadInput, $"no experiment's id starts with '{idPrefix}'");
        }

        if (found.Count == 0)
        {
            Console.WriteLine("no experiments yet");
            return ExitCode.Success;
        }

        StatusView.Write(AnsiConsole.Console, found);
        return ExitCode.Success;
    }
}
