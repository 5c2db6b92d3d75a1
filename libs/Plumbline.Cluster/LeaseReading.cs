namespace Plumbline.Cluster;

/// <summary>What the Lease says at one moment.</summary>
/// <param name="Holder">Null when nobody holds it, or when the holder is not a pipeline.</param>
/// <param name="Identity">The holder as the Lease names it; empty when nobody holds it.</param>
/// <param name="RenewTime">
/// The last renewal by the holder's own clock; null when nobody holds it. Show it to people. Do not decide by it
/// whether the holder is alive: two machines' clocks may differ (see <see cref="LeaseWatch"/>).
/// </param>
/// <param name="Duration">How long the holder keeps the cluster without a renewal.</param>
public sealed record LeaseReading(LeaseHolder? Holder, string Identity, DateTimeOffset? RenewTime, TimeSpan Duration)
{
    public bool IsFree => Identity.Length == 0;

    /// <summary>The holder in words; empty when nobody holds it.</summary>
    public string Name => Holder?.ToString() ?? Identity;
}
