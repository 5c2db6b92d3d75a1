using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Everything recorded of one experiment.</summary>
public sealed record ExperimentResults
{
    public required ExperimentSummary Summary { get; init; }

    /// <summary>Null when the experiment ended before its machine was described.</summary>
    public required MachineDescription? Machine { get; init; }

    /// <summary>Steps whose rules were programmed, in order. Of a data plane that a rerun programmed again there is the latest alone.</summary>
    public required IReadOnlyList<ServicesScaled> Steps { get; init; }

    /// <summary>Stages that were done again, in the order in which they began.</summary>
    public required IReadOnlyList<RerunResult> Reruns { get; init; }

    /// <summary>All attempts, flagged ones and those of reruns too, in the order of the plan.</summary>
    public required IReadOnlyList<AttemptResult> Attempts { get; init; }

    /// <summary>
    /// The attempts that figures may be made of: one for each trial that has one without flags, the latest of those. So a
    /// rerun's stands in the place of an earlier one, unless it is flagged. The view accepted_latency has the same.
    /// </summary>
    public IEnumerable<AttemptResult> AcceptedAttempts() =>
        Attempts.Where(attempt => attempt.Accepted)
            .GroupBy(attempt => attempt.Trial.Key.Trial)
            .Select(attempts => attempts.MaxBy(attempt => attempt.Trial.Key.Attempt)!);

    public IEnumerable<AttemptResult> FlaggedAttempts() => Attempts.Where(attempt => !attempt.Accepted);

    /// <summary>Last attempts of trials that no attempt was accepted of, though one run had made all that it may; they are in no figure.</summary>
    public IEnumerable<AttemptResult> GivenUpTrials() =>
        Attempts.GroupBy(attempt => attempt.Trial.Key.Trial)
            .Where(attempts => !attempts.Any(attempt => attempt.Accepted) && attempts.Any(IsLastOfItsRun))
            .Select(attempts => attempts.MaxBy(attempt => attempt.Trial.Key.Attempt)!);

    /// <summary>Whether the experiment, or the rerun that made it, tries no further. A rerun numbers on from its first attempt.</summary>
    private bool IsLastOfItsRun(AttemptResult attempt)
    {
        TrialKey key = attempt.Trial.Key;
        int first = Reruns
            .Where(rerun => rerun.Measured(key.Step, attempt.Trial.Probe) && rerun.FirstAttempt <= key.Attempt)
            .Select(rerun => rerun.FirstAttempt)
            .DefaultIfEmpty(1)
            .Max();
        return key.Attempt - first + 1 >= Summary.Spec.MaxAttempts;
    }
}
