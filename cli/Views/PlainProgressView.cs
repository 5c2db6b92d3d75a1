using System.Diagnostics;
using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Cli.Views;

/// <summary>Progress as plain lines, for logs and pipes.</summary>
internal sealed class PlainProgressView(TextWriter writer, ExperimentSpec spec) : IProgressView
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceStart = Stopwatch.StartNew();
    private readonly double _total = WorkEstimate.Total(spec);
    private TimeSpan _lastLine;
    private double _done;
    private int _trials;
    private int _trialCount;
    private int _steps;
    private int _stepCount;

    public void Show(object message)
    {
        switch (message)
        {
            case ExperimentStarted started:
                (_trialCount, _stepCount) = (started.TrialCount, started.StepCount);
                Note(string.Create(CultureInfo.InvariantCulture, $"experiment {started.ExperimentId:N}: {_trialCount} trials in {_stepCount} steps"));
                break;
            case ServicesScaled scaled:
                _done += WorkEstimate.Step(scaled.DataPlanes[0].Services, scaled.DataPlanes.Count);
                Note($"step {++_steps}/{_stepCount}: {EventText.Of(scaled)}");
                break;
            case TrialStored { Accepted: false } flagged:
                Note(EventText.Flagged(flagged));
                break;
            case TrialStored stored:
                _trials++;
                _done += WorkEstimate.Trial(spec, stored.Probe, stored.Services);
                if (_sinceStart.Elapsed - _lastLine >= s_interval)
                {
                    _lastLine = _sinceStart.Elapsed;
                    TimeSpan left = _sinceStart.Elapsed * ((_total - _done) / _done);
                    Note(string.Create(CultureInfo.InvariantCulture, $"{_trials}/{_trialCount} trials, about {Math.Max(0, left.TotalSeconds):F0} s left"));
                }

                break;
        }
    }

    public void Note(string text) => writer.WriteLine(text);
}
