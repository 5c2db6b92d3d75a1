using System.CommandLine;
using Plumbline.Cli.Pipeline;
using Plumbline.Contracts;

namespace Plumbline.Cli.Commands;

/// <summary>`plumbline watch ID`: shows the progress of an experiment of the pipeline, or of its rerun.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        Argument<string> id = ExperimentFinder.Argument();
        Option<string> folder = ResultsFolder.Option();
        Command command = new(
            "watch", "Watch an experiment of the pipeline, or its rerun, to its end, and show its report.")
        {
            id, folder,
        };
        command.SetAction((arguments, _) => RunAsync(
            arguments.GetValue(id)!, new ResultsFolder(arguments.GetValue(folder)!)));
        return command;
    }

    private static async Task<int> RunAsync(string id, ResultsFolder folder)
    {
        await using PipelineSession session = new();
        ExperimentStatus status = await ExperimentFinder.FindAsync(session.Client, id);
        if (status.Progress.Phase != ExperimentPhase.Ended)
        {
            // Ask again once events arrive: the experiment may have ended in between.
            await session.ListenAsync();
            status = await ExperimentFinder.FindAsync(session.Client, status.Progress.ExperimentId.ToString("N"));
        }

        Guid experimentId = status.Progress.ExperimentId;
        WatchedRun run = status.Rerun is { } rerun
            ? new WatchedRun(experimentId, rerun.RerunId, status.Progress.Run - 1)
            : new WatchedRun(experimentId);
        if (status.Progress.Phase == ExperimentPhase.Ended)
        {
            return PipelineSession.Report(
                run,
                new RunEnd(status.Outcome, status.Reason, status.Progress.Run == 0 ? status.GivenUpTrials : 0),
                folder);
        }

        return await session.WatchAsync(run, status.Spec, status, folder);
    }
}
