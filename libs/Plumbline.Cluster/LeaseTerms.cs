namespace Plumbline.Cluster;

/// <summary>How long a holder keeps the cluster without renewing its Lease, and how often it renews.</summary>
public sealed record LeaseTerms
{
    private const int LooksPerRenewal = 5;

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two looks at a Lease that another holds.</summary>
    public TimeSpan Look => Renewal / LooksPerRenewal;
}
