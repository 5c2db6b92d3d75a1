namespace Plumbline.DataPlanes;

/// <summary>The ClusterIP rules of one data plane at one moment, in the order the kernel gives them.</summary>
public sealed class ServiceRuleSet(IReadOnlyList<ServiceRule> rules)
{
    /// <summary>Each rule's <see cref="ServiceRule.Index"/> is its place in this list.</summary>
    public IReadOnlyList<ServiceRule> Rules { get; } = rules;

    public int Count => Rules.Count;
}
