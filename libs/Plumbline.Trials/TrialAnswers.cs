using Microsoft.Extensions.Logging;
using Plumbline.Contracts;
using Plumbline.Paths.Lab;

namespace Plumbline.Trials;

/// <summary>
/// Answers each <see cref="MeasureTrial"/> once with a measurement, and a repeat of the last one with the same result: measured
/// again, its flows would not be new. One that was overtaken is not answered, for nobody waits for it, and the Services that it
/// was meant for may be gone. Trials of all workers on a machine are measured one after the other.
/// </summary>
public sealed class TrialAnswers(TrialRunner runner, ILogger<TrialAnswers> logger)
{
    private TrialMeasured? _last;

    /// <summary>The trial's result, or null when it was overtaken. To be called for one trial at a time.</summary>
    public async Task<TrialMeasured?> AnswerAsync(MeasureTrial trial, ITrialMethod method, CancellationToken token)
    {
        using LabLock measuring = await LabLock.TakeAsync(LabLock.MeasuringPath, token);
        switch (TrialOrder.Compare(trial, _last?.Trial))
        {
            case 0:
                logger.LogInformation("trial {Trial} attempt {Attempt} was asked for again: its result is sent again", trial.Key.Trial, trial.Key.Attempt);
                return _last;
            case < 0:
                logger.LogWarning("trial {Trial} attempt {Attempt} comes late and is not measured", trial.Key.Trial, trial.Key.Attempt);
                return null;
            default:
                return _last = await runner.RunAsync(trial, method, token);
        }
    }
}

/// <summary>The order in which an experiment asks for its trials. Pure.</summary>
public static class TrialOrder
{
    /// <summary>Below 0 when <paramref name="last"/> was asked for later, 0 when it is the same, else above 0; also where it is another experiment's.</summary>
    public static int Compare(MeasureTrial trial, MeasureTrial? last) => last is null || last.Key.ExperimentId != trial.Key.ExperimentId
        ? 1
        : (trial.Run, trial.Key.Trial, trial.Key.Attempt).CompareTo((last.Run, last.Key.Trial, last.Key.Attempt));
}
