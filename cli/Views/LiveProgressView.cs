using Plumbline.Contracts;
using Spectre.Console;

namespace Plumbline.Cli.Views;

/// <summary>A progress bar with the time left, on a terminal.</summary>
internal sealed class LiveProgressView(IAnsiConsole console, ProgressTask task, ExperimentSpec spec) : IProgressView
{
    private WorkMeter? _meter;

    /// <summary>Shows the bar while <paramref name="work"/> runs.</summary>
    public static Task<T> RunAsync<T>(IAnsiConsole console, ExperimentSpec spec, Func<IProgressView, Task<T>> work) =>
        console.Progress()
            .AutoClear(true)
            .Columns(
                new SpinnerColumn(),
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RemainingTimeColumn())
            .StartAsync(progress => work(new LiveProgressView(
                console, progress.AddTask("starting"), spec)));

    public void Show(object message)
    {
        switch (message)
        {
            case ExperimentStarted started:
                Begin(WorkMeter.Of(started), "starting");
                break;
            case RerunStarted rerun:
                Begin(WorkMeter.Of(rerun, spec), EventText.Of(rerun));
                break;
            case ExperimentProgress progress:
                _meter?.Take(progress);
                task.Description = Markup.Escape(EventText.Of(progress) ?? task.Description);
                break;
            case ScalingProgress scaling:
                task.Description = Markup.Escape(EventText.Of(scaling));
                break;
            case RemovalProgress removal:
                task.Description = Markup.Escape(EventText.Of(removal));
                break;
            case ServicesScaled scaled:
                _meter?.Take(scaled);
                Note($"{_meter?.StepText}: {EventText.Of(scaled)}");
                break;
            case StepRecomputed recomputed:
                Note(EventText.Of(recomputed));
                break;
            case TrialStored { Accepted: false } flagged:
                Note(EventText.Flagged(flagged));
                break;
            case TrialStored stored:
                _meter?.Take(stored);
                task.Description = Markup.Escape($"{_meter?.StepText}: {EventText.Of(stored)}");
                break;
        }

        task.Value = _meter?.Done ?? 0;
    }

    public void Note(string text) => console.MarkupLineInterpolated($"[grey]{text}[/]");

    private void Begin(WorkMeter meter, string description)
    {
        _meter = meter;
        task.MaxValue = meter.Total;
        task.Description = Markup.Escape(description);
    }
}
