namespace Plumbline.Contracts;

/// <summary>Every planned trial was accepted or given up. Nothing is left on the node.</summary>
public sealed record ExperimentCompleted
{
    public required Guid ExperimentId { get; init; }

    public required int AcceptedTrials { get; init; }

    /// <summary>Trials that were still flagged after their last attempt.</summary>
    public required int GivenUpTrials { get; init; }

    public required DateTimeOffset CompletedAt { get; init; }
}

/// <summary>The experiment could not go on. Nothing is left on the node.</summary>
public sealed record ExperimentFailed
{
    public required Guid ExperimentId { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset FailedAt { get; init; }
}

/// <summary>The experiment was cancelled. Nothing is left on the node.</summary>
public sealed record ExperimentCancelled
{
    public required Guid ExperimentId { get; init; }

    public required DateTimeOffset CancelledAt { get; init; }
}
