using Plumbline.Cli.Watching;
using Plumbline.Contracts;

namespace Plumbline.Cli.Pipeline;

/// <summary>How a watched experiment or rerun ended.</summary>
/// <param name="Outcome">Null when its end was missed, or it was rejected.</param>
/// <param name="Errors">The errors of a rejected request, by field.</param>
internal sealed record RunEnd(
    ExperimentOutcome? Outcome, string Reason, int GivenUpTrials, params IReadOnlyList<FieldError> Errors);

/// <summary>The scheduler answered that it does not know the experiment.</summary>
internal sealed record ExperimentUnknown;

/// <summary>
/// What a watcher knows about one experiment, or about one rerun of it. Takes events and the scheduler's answers in any
/// order and with any gaps, and returns what to show. Answers fill the gaps between events. Does no I/O.
/// </summary>
/// <param name="rerunId">Null for the experiment itself.</param>
/// <param name="runsBefore">Number of earlier reruns of the experiment.</param>
internal sealed class WatchedRun(Guid experimentId, Guid? rerunId = null, int runsBefore = 0)
{
    /// <summary>
    /// After this many answers in a row the experiment is unknown. A new one takes a moment to appear.
    /// </summary>
    private const int MostUnknown = 10;

    private bool _isAnnounced;
    private long _lastSequence;
    private int _unknown;

    public Guid ExperimentId => experimentId;

    public bool IsRerun => rerunId is not null;

    /// <summary>Null while it continues.</summary>
    public RunEnd? End { get; private set; }

    /// <summary>The event of the end has come. The scheduler's answer alone does not have all of it.</summary>
    public bool IsEndHeard { get; private set; }

    /// <summary>Its end is in the database, or will never be.</summary>
    public bool IsRecorded { get; private set; }

    /// <summary>No further message about its end is expected.</summary>
    public bool IsSettled(bool withRecord) => IsEndHeard && (IsRecorded || !withRecord || End is { Errors.Count: > 0 });

    /// <returns>Messages to show, in their order.</returns>
    public IReadOnlyList<object> Take(object message)
    {
        switch (message)
        {
            case ExperimentStatus status when status.Progress.ExperimentId == experimentId:
                return Take(status);
            case ExperimentUnknown:
                End ??= ++_unknown < MostUnknown ? null : new RunEnd(null, "the scheduler does not know it", 0);
                return [];
            case ExperimentProgress progress when progress.ExperimentId == experimentId && IsOurs(progress.Run):
                return Progress(progress);
            case ScalingProgress scaling when scaling.ExperimentId == experimentId && IsOurs(scaling.Run):
            case RemovalProgress removal when removal.ExperimentId == experimentId && IsOurs(removal.Run):
            case ServicesScaled scaled when scaled.ExperimentId == experimentId && IsOurs(scaled.Run):
            case TrialStored stored when stored.Key.ExperimentId == experimentId:
            case StepRecomputed recomputed when recomputed.ExperimentId == experimentId && IsOurs(recomputed.Run):
                return _isAnnounced ? [message] : [];
            case ExperimentStarted started when started.ExperimentId == experimentId && !IsRerun:
            case RerunStarted rerun when rerun.RerunId == rerunId:
                return Announce(message);
            default:
                TakeEnd(message);
                return [];
        }
    }

    private void TakeEnd(object message)
    {
        RunEnd? end = message switch
        {
            ExperimentRejected rejected when rejected.ExperimentId == experimentId && !IsRerun => new(
                null, "", 0, rejected.Errors),
            ExperimentCompleted completed when completed.ExperimentId == experimentId && !IsRerun => new(
                ExperimentOutcome.Completed, "", completed.GivenUpTrials),
            ExperimentFailed failed when failed.ExperimentId == experimentId && !IsRerun => new(
                ExperimentOutcome.Failed, failed.Reason, 0),
            ExperimentCancelled cancelled when cancelled.ExperimentId == experimentId && !IsRerun => new(
                ExperimentOutcome.Cancelled, "", 0),
            RerunRejected rejected when rejected.RerunId == rerunId => new(null, "", 0, rejected.Errors),
            RerunEnded ended when ended.RerunId == rerunId => new(ended.Outcome, ended.Reason, ended.GivenUpTrials),
            ResultsNotRecorded lost
                when lost.ExperimentId == experimentId && End?.Outcome != ExperimentOutcome.Cancelled =>
                    new(ExperimentOutcome.Failed, lost.Reason, 0),
            _ => null,
        };
        (End, IsEndHeard) = (end ?? End, IsEndHeard || end is not null);
        IsRecorded |= message is ResultsNotRecorded { ExperimentId: var unrecorded } && unrecorded == experimentId;
        IsRecorded |= message is ExperimentRecorded { ExperimentId: var recorded }
            && recorded == experimentId
            && !IsRerun;
        IsRecorded |= message is RerunRecorded { RerunId: var rerecorded } && rerecorded == rerunId;
    }

    private IReadOnlyList<object> Take(ExperimentStatus status)
    {
        _unknown = 0;
        ExperimentProgress progress = status.Progress;
        if (IsOver(status))
        {
            End ??= EndOf(status);
            return [];
        }

        if (!IsOurs(progress.Run))
        {
            return [];
        }

        IReadOnlyList<object> announced = progress.Phase == ExperimentPhase.Queued ? [] : Announce(Started(status));
        return [.. announced, .. Progress(progress)];
    }

    private RunEnd EndOf(ExperimentStatus status)
    {
        if (!IsRerun && status.Outcome is { } outcome)
        {
            return new RunEnd(outcome, status.Reason, status.GivenUpTrials);
        }

        // Another rerun may have ended since.
        return status.LastRerun is { } last && last.RerunId == rerunId
            ? new RunEnd(last.Outcome, last.Reason, last.GivenUpTrials)
            : new RunEnd(null, "its end was missed", 0);
    }

    private bool IsOver(ExperimentStatus status) => IsRerun
        ? status.Progress.Run > runsBefore && status.Rerun?.RerunId != rerunId
        : status.Progress.Phase == ExperimentPhase.Ended || status.Progress.Run > 0;

    private bool IsOurs(int run) => IsRerun ? run > runsBefore : run == 0;

    private IReadOnlyList<object> Announce(object started)
    {
        bool isFirst = !_isAnnounced;
        _isAnnounced = true;
        return isFirst ? [started] : [];
    }

    private IReadOnlyList<object> Progress(ExperimentProgress progress)
    {
        if (progress.Sequence < _lastSequence)
        {
            return [];
        }

        _lastSequence = progress.Sequence;
        return [progress];
    }

    /// <summary>The event that started the experiment or rerun, for a watcher that missed it.</summary>
    private static object Started(ExperimentStatus status) => status.Rerun is not { } rerun
        ? new ExperimentStarted
        {
            ExperimentId = status.Progress.ExperimentId,
            Spec = status.Spec,
            Steps = [],
            TrialCount = status.Progress.TrialCount,
            StartedAt = default,
        }
        : new RerunStarted
        {
            RerunId = rerun.RerunId,
            ExperimentId = rerun.ExperimentId,
            Run = status.Progress.Run,
            Step = rerun.Step,
            Stage = rerun.Stage,
            FirstAttempt = status.Progress.Attempt,
            TrialCount = status.Progress.TrialCount,
            StartedAt = default,
        };
}
