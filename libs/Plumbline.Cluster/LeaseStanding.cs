namespace Plumbline.Cluster;

/// <summary>What the Lease says.</summary>
/// <param name="Holder">Null where nobody has the cluster, or somebody that is no pipeline.</param>
/// <param name="Identity">As the Lease has it; empty for nobody.</param>
/// <param name="SinceRenewal">Since the holder's last sign of life; null for nobody.</param>
/// <param name="IsHeld">False also where the holder has given no sign of life for too long: then whoever comes next may take it.</param>
public sealed record LeaseStanding(LeaseHolder? Holder, string Identity, TimeSpan? SinceRenewal, bool IsHeld);
