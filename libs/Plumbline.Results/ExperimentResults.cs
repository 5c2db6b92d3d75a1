using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Everything recorded of one experiment.</summary>
public sealed record ExperimentResults
{
    public required ExperimentSummary Summary { get; init; }

    /// <summary>Null when the experiment ended before its machine was described.</summary>
    public required MachineDescription? Machine { get; init; }

    /// <summary>Steps whose rules were programmed, in order.</summary>
    public required IReadOnlyList<ServicesScaled> Steps { get; init; }

    /// <summary>All attempts, flagged ones too, in the order of the plan.</summary>
    public required IReadOnlyList<AttemptResult> Attempts { get; init; }

    /// <summary>The attempts that figures may be made of: one for each trial that has one without flags.</summary>
    public IEnumerable<AttemptResult> AcceptedAttempts() =>
        Attempts.Where(attempt => attempt.Accepted)
            .GroupBy(attempt => attempt.Trial.Key.Trial)
            .Select(attempts => attempts.MinBy(attempt => attempt.Trial.Key.Attempt)!);

    public IEnumerable<AttemptResult> FlaggedAttempts() => Attempts.Where(attempt => !attempt.Accepted);

    /// <summary>Last attempts of trials that were still flagged then; they are in no figure.</summary>
    public IEnumerable<AttemptResult> GivenUpTrials() =>
        Attempts.GroupBy(attempt => attempt.Trial.Key.Trial)
            .Where(attempts => !attempts.Any(attempt => attempt.Accepted))
            .Select(attempts => attempts.MaxBy(attempt => attempt.Trial.Key.Attempt)!)
            .Where(last => last.Trial.Key.Attempt >= Summary.Spec.MaxAttempts);
}
