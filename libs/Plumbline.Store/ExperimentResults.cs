using Plumbline.Contracts;

namespace Plumbline.Store;

/// <summary>
/// Everything recorded of one experiment. A cluster experiment runs on several machines, and figures never mix them:
/// they are computed from <see cref="OfNode"/> or from each of <see cref="ByNode"/>.
/// </summary>
public sealed record ExperimentResults
{
    public required ExperimentSummary Summary { get; init; }

    /// <summary>The only node of these results; null for a lab, and for all nodes of a cluster.</summary>
    public string? Node { get; init; }

    /// <summary>
    /// Null when the experiment ended before its machine was described, and for all nodes of a cluster.
    /// </summary>
    public required MachineDescription? Machine { get; init; }

    /// <summary>The cluster's machines by the name of their node; empty for a lab.</summary>
    public IReadOnlyDictionary<string, MachineDescription> NodeMachines { get; init; } =
        new Dictionary<string, MachineDescription>();

    /// <summary>
    /// Steps whose rules were programmed, in order. Where a rerun programmed a data plane again, only the latest run.
    /// </summary>
    public required IReadOnlyList<ServicesScaled> Steps { get; init; }

    /// <summary>In the order in which they started.</summary>
    public required IReadOnlyList<RerunResult> Reruns { get; init; }

    /// <summary>All attempts in the order of the plan, with flagged ones and those of reruns.</summary>
    public required IReadOnlyList<AttemptResult> Attempts { get; init; }

    /// <summary>
    /// Names of the cluster's nodes in the order of the specification, or the name of the only one; empty for a lab.
    /// </summary>
    public IReadOnlyList<string> Nodes => Node is not null ? [Node] :
    [
        .. Summary.Spec.Nodes
            .Concat(Attempts.Select(attempt => attempt.Trial.Node?.Name).OfType<string>())
            .Concat(Steps.SelectMany(step => step.Nodes).Select(node => node.Node.Name))
            .Distinct(),
    ];

    /// <summary>
    /// The results on one node: its attempts, its machine, and steps with its rules and programming times. The summary
    /// counts the node's trials.
    /// </summary>
    /// <exception cref="ArgumentException">The experiment did not measure that node.</exception>
    public ExperimentResults OfNode(string name) =>
        ByNode().FirstOrDefault(each => each.Node == name)
        ?? throw new ArgumentException(
            $"experiment {Summary.ExperimentId} did not measure on a node {name}", nameof(name));

    /// <summary>The results on each node; for a lab these results themselves.</summary>
    public IReadOnlyList<ExperimentResults> ByNode() => NodeResults.All(this);

    /// <summary>These results, which must come from one machine.</summary>
    /// <exception cref="InvalidOperationException">They come from several nodes.</exception>
    public ExperimentResults OfOneMachine() => Node is not null || Nodes.Count == 0
        ? this
        : throw new InvalidOperationException($"figures never mix nodes ({string.Join(", ", Nodes)}): choose one");

    /// <summary>
    /// The attempts that figures are computed from: the latest unflagged attempt of each trial. A rerun's attempt
    /// replaces earlier ones unless it is flagged. The view accepted_latency has the same attempts.
    /// </summary>
    public IEnumerable<AttemptResult> AcceptedAttempts() =>
        Attempts.Where(attempt => attempt.Accepted)
            .GroupBy(attempt => attempt.Trial.Key.Trial)
            .Select(attempts => attempts.MaxBy(attempt => attempt.Trial.Key.Attempt)!);

    public IEnumerable<AttemptResult> FlaggedAttempts() => Attempts.Where(attempt => !attempt.Accepted);

    /// <summary>
    /// Last attempts of trials that have no accepted attempt although one run used up its attempts. No figure contains
    /// these trials.
    /// </summary>
    public IEnumerable<AttemptResult> GivenUpTrials() =>
        Attempts.GroupBy(attempt => attempt.Trial.Key.Trial)
            .Where(attempts => !attempts.Any(attempt => attempt.Accepted) && attempts.Any(IsLastOfItsRun))
            .Select(attempts => attempts.MaxBy(attempt => attempt.Trial.Key.Attempt)!);

    /// <summary>
    /// Whether the experiment, or the rerun that made the attempt, tries no further. A rerun numbers its attempts from
    /// its own first one.
    /// </summary>
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
