using Plumbline.DataPlanes;

namespace Plumbline.Trials;

/// <summary>The rules on a trial's way before it sends.</summary>
/// <param name="Rulesets">All rules of the namespaces on the way.</param>
internal sealed record RulesBefore(WayRulesets Rulesets)
{
    /// <summary>The Service rules to choose a target from; null in a baseline, and with a refusal.</summary>
    public ServiceRuleSet? Rules { get; init; }

    /// <summary>Why nothing is to be sent; null when the rules are those that the step programmed.</summary>
    public string? Refusal { get; init; }

    /// <summary>What is wrong with the number of rules; null when nothing is.</summary>
    public string? Miscount { get; init; }

    /// <summary>Rules of others on a cluster's node; null in the lab.</summary>
    public ForeignRules? Foreign { get; init; }

    /// <summary>How often kube-proxy had synced its rules; null where it does not say.</summary>
    public long? Syncs { get; init; }
}
