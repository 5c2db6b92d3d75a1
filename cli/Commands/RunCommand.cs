using System.CommandLine;
using Plumbline.Cli.Pipeline;
using Plumbline.Contracts;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline run`: lets the pipeline measure an experiment, and watches it.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        ExperimentOptions options = new();
        Option<bool> detach = DetachOption();
        Command command = new(
            "run",
            "Let the pipeline measure an experiment (docs/pipeline.md), watch it, and show its report. Needs no root.");
        options.AddTo(command);
        command.Add(detach);
        command.SetAction((arguments, _) => RunAsync(
            options.Spec(arguments), new ResultsFolder(arguments.GetValue(options.Out)!), arguments.GetValue(detach)));
        return command;
    }

    public static Option<bool> DetachOption() =>
        new("--detach") { Description = "Print the id and return. Do not watch." };

    private static async Task<int> RunAsync(ExperimentSpec spec, ResultsFolder folder, bool isDetached)
    {
        await using PipelineSession session = new();
        Guid experimentId = Guid.NewGuid();
        if (!isDetached)
        {
            folder.DemandWritable();
            await session.ListenAsync();
        }

        FieldErrors.Demand(await session.Client.AskAsync<RequestAnswer>(SchedulerMessages.Run(experimentId, spec)));
        Console.WriteLine(experimentId);
        return isDetached ? ExitCode.Success : await session.WatchAsync(
            new WatchedRun(experimentId), spec, first: null, folder);
    }
}
