using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.Hosting;

/// <summary>What a message is about. Not every message names a step or a trial.</summary>
internal sealed record MessageSubject(Guid ExperimentId, int? Step = null, int? Trial = null, int? Attempt = null)
{
    /// <summary>The subject of a message; null if it names no experiment, which a foreign client may send.</summary>
    public static MessageSubject? Of(object? message) => message switch
    {
        MeasureTrial measure => Of(measure.Key),
        TrialMeasured measured => Of(measured.Trial?.Key),
        TrialStored stored => Of(stored.Key),
        ScaleStep scale => new(scale.ExperimentId, scale.Step),
        CountNodeRules count => new(count.ExperimentId),
        ScalingProgress scaling => new(scaling.ExperimentId, scaling.Step),
        ServicesScaled scaled => new(scaled.ExperimentId, scaled.Step),
        RecomputeStep recompute => new(recompute.ExperimentId, recompute.Step),
        StepRecomputed recomputed => new(recomputed.ExperimentId, recomputed.Step),
        RerunRequested rerun => new(rerun.ExperimentId, rerun.Step),
        RerunStarted rerun => new(rerun.ExperimentId, rerun.Step),
        ExperimentProgress progress => new(progress.ExperimentId, progress.Step),
        RerunEnded rerun => new(rerun.ExperimentId),
        RerunRejected rerun => new(rerun.ExperimentId),
        RerunRecorded rerun => new(rerun.ExperimentId),
        RemoveServices remove => new(remove.ExperimentId),
        RemovalProgress removal => new(removal.ExperimentId),
        ServicesRemoved removed => new(removed.ExperimentId),
        CancelExperiment cancel => new(cancel.ExperimentId),
        NodeDescribed described => new(described.ExperimentId),
        ExperimentRequested requested => new(requested.ExperimentId),
        ExperimentRejected rejected => new(rejected.ExperimentId),
        RequestAnswer answer => new(answer.ExperimentId),
        ExperimentStarted started => new(started.ExperimentId),
        ExperimentRecorded recorded => new(recorded.ExperimentId),
        ExperimentCompleted completed => new(completed.ExperimentId),
        ExperimentFailed failed => new(failed.ExperimentId),
        ExperimentCancelled cancelled => new(cancelled.ExperimentId),
        Fault<MeasureTrial> fault => Of(fault.Message),
        Fault<TrialMeasured> fault => Of(fault.Message),
        Fault<ScaleStep> fault => Of(fault.Message),
        Fault<RecomputeStep> fault => Of(fault.Message),
        Fault<RemoveServices> fault => Of(fault.Message),
        _ => null,
    };

    private static MessageSubject? Of(TrialKey? key) =>
        key is null ? null : new(key.ExperimentId, key.Step, key.Trial, key.Attempt);
}
