using Plumbline.Contracts;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>A progress bar with the time left, on a terminal.</summary>
internal sealed class LiveProgressView(IAnsiConsole console, ProgressTask task, ExperimentSpec spec) : IProgressView
{
    private int _steps;
    private int _stepCount;

    /// <summary>Shows the bar while <paramref name="work"/> runs.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, ExperimentSpec spec, Func<IProgressView, Task<T>> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(progress => work(new LiveProgressView(
                console, progress.AddTask("starting", maxValue: WorkEstimate.Total(spec)), spec)));

    public void Show(object message)
    {
        switch (message)
        {
            case ExperimentStarted started:
                _stepCount = started.StepCount;
                break;
            case ServicesScaled scaled:
                task.Increment(WorkEstimate.Step(scaled.DataPlanes[0].Services, scaled.DataPlanes.Count));
                Note($"step {++_steps}/{_stepCount}: {EventText.Of(scaled)}");
                break;
            case TrialStored { Accepted: false } flagged:
                Note(EventText.Flagged(flagged));
                break;
            case TrialStored stored:
                task.Description = Markup.Escape($"step {_steps}/{_stepCount}: {EventText.Of(stored)}");
                task.Increment(WorkEstimate.Trial(spec, stored.Probe, stored.Services));
                break;
        }
    }

    public void Note(string text) => console.MarkupLineInterpolated($"[grey]{text}[/]");
}
