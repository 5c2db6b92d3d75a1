namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// How long we wait for kube-proxy. An old kube-proxy syncs 10,000 Services in nftables mode in minutes.
/// </summary>
public sealed record RulesPatience
{
    /// <summary>For a change of the rules.</summary>
    public TimeSpan Standstill { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Between the first two looks.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Between two later looks, at most.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);
}
