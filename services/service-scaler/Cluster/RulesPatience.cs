namespace Plumbline.ServiceScaler.Cluster;

/// <summary>How kube-proxy is waited for. One full sync of old nftables rules takes minutes at 10,000 Services.</summary>
public sealed record RulesPatience
{
    /// <summary>Without any change in the rules.</summary>
    public TimeSpan Standstill { get; init; } = TimeSpan.FromMinutes(15);

    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(2);
}
