using System.CommandLine;
using Plumbline.Cli.Pipeline;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Cli.Commands;

/// <summary>
/// `plumbline cancel ID`: cancels an experiment of the pipeline, or its rerun, and waits until all of it is removed.
/// </summary>
internal static class CancelCommand
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        Argument<string> id = ExperimentFinder.Argument();
        Command command = new(
            "cancel",
            "Cancel an experiment of the pipeline, or its rerun. Waits until everything it created is removed.")
        {
            id,
        };
        command.SetAction((arguments, token) => RunAsync(arguments.GetValue(id)!, token));
        return command;
    }

    private static async Task<int> RunAsync(string id, CancellationToken token)
    {
        await using PipelineSession session = new();
        ExperimentStatus status = await ExperimentFinder.FindAsync(session.Client, id);
        Guid experimentId = status.Progress.ExperimentId;
        string name = $"experiment {ShortId.Of(experimentId)}";
        if (status.Outcome is { } before && status.Rerun is null)
        {
            throw new UserException(ExitCode.BadInput, $"{name} has already ended: {before.WireName()}");
        }

        bool isRerun = status.Rerun is not null;
        FieldErrors.Demand(await session.Client.AskAsync<RequestAnswer>(SchedulerMessages.Cancel(experimentId), token));
        while (status.Progress.Phase != ExperimentPhase.Ended)
        {
            await Task.Delay(s_interval, token);
            status = await ExperimentFinder.FindAsync(session.Client, experimentId.ToString("N"));
        }

        if (isRerun)
        {
            Console.WriteLine($"the rerun of {name} has ended; everything it created is removed");
            return ExitCode.Success;
        }

        if (status.Outcome == ExperimentOutcome.Failed)
        {
            throw new UserException(ExitCode.Failed, $"{name} failed: {status.Reason}");
        }

        Console.WriteLine(status.Outcome == ExperimentOutcome.Cancelled
            ? $"{name} is cancelled; everything it created is removed"
            : $"{name} completed before it could be cancelled; everything it created is removed");
        return ExitCode.Success;
    }
}
