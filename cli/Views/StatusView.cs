using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Store;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>The pipeline's experiments, one row each.</summary>
internal static class StatusView
{
    public static void Write(IAnsiConsole console, IReadOnlyList<ExperimentStatus> experiments)
    {
        Table table = new Table().Border(TableBorder.None)
            .AddColumns("ID", "name", "phase", "place", "step", "build", "trials", "rerun", "outcome", "reason");
        foreach (ExperimentStatus each in experiments)
        {
            table.AddRow([.. Cells(each).Select(cell => new Text(cell))]);
        }

        console.Write(table);
    }

    internal static IReadOnlyList<string> Cells(ExperimentStatus status)
    {
        ExperimentProgress progress = status.Progress;
        bool isUnderWay = progress.Phase is not (ExperimentPhase.Queued or ExperimentPhase.Ended);
        return
        [
            ShortId.Of(progress.ExperimentId),
            status.Spec.Name,
            progress.Phase.WireName(),
            progress.QueuePosition == 0 ? "" : Number(progress.QueuePosition),
            isUnderWay ? $"{Number(progress.Step + 1)}/{Number(progress.StepCount)}" : "",
            isUnderWay && progress.Build is { } build ? $"{Number(build + 1)}/{Number(status.Spec.Builds)}" : "",
            $"{Number(progress.TrialsDone)}/{Number(progress.TrialCount)}",
            status.Rerun is { } rerun ? $"{rerun.Stage.WireName()} of step {Number(rerun.Step)}" : "",
            status.Outcome?.WireName() ?? "",
            status.Reason,
        ];
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
