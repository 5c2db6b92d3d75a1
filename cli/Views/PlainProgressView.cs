using System.Diagnostics;
using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Cli.Views;

/// <summary>Progress as plain lines, for logs and pipes.</summary>
internal sealed class PlainProgressView(TextWriter writer, ExperimentSpec spec) : IProgressView
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceStart = new();
    private WorkMeter? _meter;
    private TimeSpan _lastLine;
    private TimeSpan? _lastHowFar;
    private string? _lastPhase;

    /// <summary>Work done before we watched. It does not count for the time left.</summary>
    private double? _doneBefore;

    public void Show(object message)
    {
        switch (message)
        {
            case ExperimentStarted started:
                WorkMeter meter = WorkMeter.Of(started);
                Begin(meter, string.Create(
                    CultureInfo.InvariantCulture,
                    $"experiment {started.ExperimentId:N}: {meter.TrialCount} trials in {meter.StepCount} steps"));
                break;
            case RerunStarted rerun:
                Begin(WorkMeter.Of(rerun, spec), string.Create(
                    CultureInfo.InvariantCulture,
                    $"experiment {rerun.ExperimentId:N}: {EventText.Of(rerun)}, {rerun.TrialCount} trials"));
                break;
            case ExperimentProgress progress:
                Show(progress);
                break;
            case ScalingProgress scaling:
                ShowHowFar(EventText.Of(scaling));
                break;
            case RemovalProgress removal:
                ShowHowFar(EventText.Of(removal));
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
                ShowTimeLeft();
                break;
        }
    }

    public void Note(string text) => writer.WriteLine(text);

    private void Begin(WorkMeter meter, string text)
    {
        _meter = meter;
        _sinceStart.Restart();
        Note(text);
    }

    private void Show(ExperimentProgress progress)
    {
        string? phase = EventText.Of(progress);
        if (phase is not null && phase != _lastPhase)
        {
            Note(phase);
        }

        _lastPhase = phase;
        _meter?.Take(progress);
        if (_meter is not null && _doneBefore is null)
        {
            _doneBefore = _meter.Done;
            if (_meter.Done > 0)
            {
                Note(string.Create(
                    CultureInfo.InvariantCulture,
                    $"running: {_meter.TextOf(progress.Step + 1)}, "
                    + $"{_meter.TrialsDone}/{_meter.TrialCount} trials"));
            }
        }

        ShowTimeLeft();
    }

    private void ShowHowFar(string text)
    {
        if (_lastHowFar is null || _sinceStart.Elapsed - _lastHowFar >= s_interval)
        {
            _lastHowFar = _sinceStart.Elapsed;
            Note(text);
        }
    }

    private void ShowTimeLeft()
    {
        double done = (_meter?.Done ?? 0) - (_doneBefore ??= 0);
        if (_meter is null || done <= 0 || _meter.TrialsDone == 0 || _sinceStart.Elapsed - _lastLine < s_interval)
        {
            return;
        }

        _lastLine = _sinceStart.Elapsed;
        TimeSpan left = _sinceStart.Elapsed * ((_meter.Total - _meter.Done) / done);
        Note(string.Create(
            CultureInfo.InvariantCulture,
            $"{_meter.TrialsDone}/{_meter.TrialCount} trials, about {Math.Max(0, left.TotalSeconds):F0} s left"));
    }
}
