namespace Plumbline.Contracts;

/// <summary>Where an experiment stands, for whoever watches it; nothing follows from it. Published at every change.</summary>
public sealed record ExperimentProgress
{
    public required Guid ExperimentId { get; init; }

    /// <summary>0 for the experiment itself, then 1, 2 … for each rerun of a stage of it.</summary>
    public int Run { get; init; }

    /// <summary>Rises with every change of the experiment: one with a lower number than the last is an older one come late.</summary>
    public required long Sequence { get; init; }

    public required ExperimentPhase Phase { get; init; }

    /// <summary>Place in the queue, 1 for the next to start; 0 when it waits for none.</summary>
    public required int QueuePosition { get; init; }

    /// <summary>Index of the present step, from 0.</summary>
    public required int Step { get; init; }

    public required int StepCount { get; init; }

    /// <summary>Trials that were accepted or given up.</summary>
    public required int TrialsDone { get; init; }

    public required int TrialCount { get; init; }

    /// <summary>Number of the present attempt at the present trial, from 1.</summary>
    public required int Attempt { get; init; }
}
