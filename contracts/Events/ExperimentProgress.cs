namespace Plumbline.Contracts;

/// <summary>How far an experiment is, for people who watch. Published at every change.</summary>
public sealed record ExperimentProgress
{
    public required Guid ExperimentId { get; init; }

    /// <inheritdoc cref="MeasureTrial.Run"/>
    public int Run { get; init; }

    /// <summary>Rises with every change. A lower number than the last one means that the message is late.</summary>
    public required long Sequence { get; init; }

    public required ExperimentPhase Phase { get; init; }

    /// <summary>Place in the queue: 1 for the next to start, 0 when it does not wait.</summary>
    public required int QueuePosition { get; init; }

    /// <summary>Index of the present step, from 0.</summary>
    public required int Step { get; init; }

    public required int StepCount { get; init; }

    /// <summary>Index of the present step's build among those of its cell, from 0. Null in a baseline.</summary>
    public int? Build { get; init; }

    /// <summary>Trials that were accepted or given up.</summary>
    public required int TrialsDone { get; init; }

    public required int TrialCount { get; init; }

    /// <summary>Number of the present attempt at the present trial, from 1.</summary>
    public required int Attempt { get; init; }
}
