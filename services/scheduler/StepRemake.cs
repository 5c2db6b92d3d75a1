using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// When a step is made anew: fresh nodes, with the rules that its label says. Only the lab's own nodes can be. In a
/// cluster the trial is just repeated. Pure.
/// </summary>
internal static class StepRemake
{
    /// <summary>Packets that are lost in this attempt at a trial too are lost for good, as without a route.</summary>
    private const int HopelessAttempt = 2;

    /// <param name="flags">Flags of the attempt that was just stored.</param>
    /// <param name="flagged">Flagged attempts at its trial, with this one.</param>
    public static bool IsNeeded(ExperimentSpec spec, IReadOnlyList<TrialFlag> flags, int flagged) =>
        spec.Nodes.Count == 0
        && (flags.Contains(TrialFlag.RulesMoved)
            || (flags.Contains(TrialFlag.PacketsLost) && flagged == HopelessAttempt));
}
