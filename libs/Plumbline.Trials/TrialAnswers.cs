using Microsoft.Extensions.Logging;
using Plumbline.Contracts;

namespace Plumbline.Trials;

/// <summary>
/// Answers each <see cref="MeasureTrial"/> with one measurement. A repeat of the last command gets the same result: a
/// second measurement would reuse its flows. A command that a later one overtook gets no answer: nobody waits for it,
/// and its Services may be gone. Workers on one machine measure one trial at a time.
/// </summary>
public sealed class TrialAnswers(TrialRunner runner, ILogger<TrialAnswers> logger)
{
    private TrialMeasured? _last;

    /// <summary>Returns the trial's result, or null when it was overtaken. Call it for one trial at a time.</summary>
    public async Task<TrialMeasured?> AnswerAsync(MeasureTrial trial, ITrialMethod method, CancellationToken token)
    {
        using IDisposable turn = await runner.TakeTurnAsync(token);
        (int number, int attempt) = (trial.Key.Trial, trial.Key.Attempt);
        switch (TrialOrder.Compare(trial, _last?.Trial))
        {
            case 0:
                logger.LogInformation(
                    "trial {Trial} attempt {Attempt} is asked again: its result is sent again", number, attempt);
                return _last;
            case < 0:
                logger.LogWarning("trial {Trial} attempt {Attempt} comes late and is not measured", number, attempt);
                return null;
            default:
                return _last = await runner.RunAsync(trial, method, token);
        }
    }
}

/// <summary>The order in which an experiment asks for its trials. Pure.</summary>
public static class TrialOrder
{
    /// <summary>
    /// Below 0 when <paramref name="last"/> was asked for later; 0 when it is the same trial; else above 0. Trials of
    /// different experiments compare above 0.
    /// </summary>
    public static int Compare(MeasureTrial trial, MeasureTrial? last) =>
        last is null || last.Key.ExperimentId != trial.Key.ExperimentId
            ? 1
            : (trial.Run, trial.Key.Trial, trial.Key.Attempt).CompareTo((last.Run, last.Key.Trial, last.Key.Attempt));
}
