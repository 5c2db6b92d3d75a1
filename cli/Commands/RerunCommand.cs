using System.CommandLine;
using Plumbline.Cli.Pipeline;
using Plumbline.Contracts;

namespace Plumbline.Cli.Commands;

/// <summary>
/// `plumbline rerun ID --step N --stage rtt`: lets the pipeline repeat one stage of one step, and watches it.
/// </summary>
internal static class RerunCommand
{
    public static Command Create()
    {
        Argument<string> id = ExperimentFinder.Argument();
        Option<int> step = new("--step")
        {
            Description = "Index of the step, from 0 (the first baseline), as in the reports and the database.",
            Required = true,
        };
        Option<string> stage = new("--stage")
        {
            Description = $"The stage to repeat: {string.Join(", ", WireNames.Of<RerunStage>())}.",
            Required = true,
        };
        stage.Validators.Add(result =>
        {
            string? word = result.Tokens.Count == 1 ? result.Tokens[0].Value : null;
            if (!WireNames.TryParse(word, out RerunStage _))
            {
                result.AddError($"--stage: '{word}' is not one of {string.Join(", ", WireNames.Of<RerunStage>())}.");
            }
        });
        Option<bool> detach = RunCommand.DetachOption();
        Option<string> folder = ResultsFolder.Option();
        Command command = new("rerun", "Repeat one stage of one step of an ended experiment, and watch it.")
        {
            id, step, stage, detach, folder,
        };
        command.SetAction((arguments, _) => RunAsync(
            arguments.GetValue(id)!,
            arguments.GetValue(step),
            WireNames.Parse<RerunStage>(arguments.GetValue(stage)!),
            arguments.GetValue(detach),
            new ResultsFolder(arguments.GetValue(folder)!)));
        return command;
    }

    private static async Task<int> RunAsync(
        string id, int step, RerunStage stage, bool isDetached, ResultsFolder folder)
    {
        await using PipelineSession session = new();
        ExperimentStatus status = await ExperimentFinder.FindAsync(session.Client, id);
        if (!isDetached)
        {
            await session.ListenAsync();
        }

        RerunRequested rerun =
            new() { RerunId = Guid.NewGuid(), ExperimentId = status.Progress.ExperimentId, Step = step, Stage = stage };
        FieldErrors.Demand(await session.Client.AskAsync<RequestAnswer>(SchedulerMessages.Rerun(rerun)));
        Console.WriteLine(rerun.RerunId);
        return isDetached
            ? ExitCode.Success
            : await session.WatchAsync(
                new WatchedRun(rerun.ExperimentId, rerun.RerunId, status.Progress.Run),
                status.Spec,
                first: null,
                folder);
    }
}
