using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>
/// Everything recorded of one experiment. One in a cluster is of several machines, whose figures are never put together: figures
/// are made of <see cref="OfNode"/> or each of <see cref="ByNode"/>.
/// </summary>
public sealed record ExperimentResults
{
    public required ExperimentSummary Summary { get; init; }

    /// <summary>The node that all of this is of; null for a lab, and for a cluster's nodes together.</summary>
    public string? Node { get; init; }

    /// <summary>Null when the experiment ended before its machine was described, and for a cluster's nodes together.</summary>
    public required MachineDescription? Machine { get; init; }

    /// <summary>The cluster's machines by the names of the nodes that they are; none of a lab.</summary>
    public IReadOnlyDictionary<string, MachineDescription> NodeMachines { get; init; } = new Dictionary<string, MachineDescription>();

    /// <summary>Steps whose rules were programmed, in order. Of a data plane that a rerun programmed again there is the latest alone.</summary>
    public required IReadOnlyList<ServicesScaled> Steps { get; init; }

    /// <summary>Stages that were done again, in the order in which they began.</summary>
    public required IReadOnlyList<RerunResult> Reruns { get; init; }

    /// <summary>All attempts, flagged ones and those of reruns too, in the order of the plan.</summary>
    public required IReadOnlyList<AttemptResult> Attempts { get; init; }

    /// <summary>Names of the cluster's nodes, in the order of the specification; the one alone where this is of one; none of a lab.</summary>
    public IReadOnlyList<string> Nodes => Node is not null ? [Node] :
    [
        .. Summary.Spec.Nodes
            .Concat(Attempts.Select(attempt => attempt.Trial.Node?.Name).OfType<string>())
            .Concat(Steps.SelectMany(step => step.Nodes).Select(node => node.Node.Name))
            .Distinct(),
    ];

    /// <summary>
    /// The experiment on one node: its attempts, its machine, and steps with its rules and the time until they were there; the summary
    /// counts the node's trials.
    /// </summary>
    /// <exception cref="ArgumentException">It was not measured there.</exception>
    public ExperimentResults OfNode(string name) =>
        ByNode().FirstOrDefault(view => view.Node == name)
        ?? throw new ArgumentException($"experiment {Summary.ExperimentId} was not measured on a node {name}", nameof(name));

    /// <summary>The experiment on each of its nodes; of a lab these results themselves.</summary>
    public IReadOnlyList<ExperimentResults> ByNode() => NodeView.All(this);

    /// <exception cref="InvalidOperationException">These results are of a cluster's nodes together.</exception>
    internal ExperimentResults OfOneMachine() => Node is not null || Nodes.Count == 0
        ? this
        : throw new InvalidOperationException($"figures of different nodes ({string.Join(", ", Nodes)}) are never put together: take those of one");

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
            .Where(rerun => rerun.Measured(key.Step, attempt.Trial.Measure) && rerun.FirstAttempt <= key.Attempt)
            .Select(rerun => rerun.FirstAttempt)
            .DefaultIfEmpty(1)
            .Max();
        return key.Attempt - first + 1 >= Summary.Spec.MaxAttempts;
    }
}
