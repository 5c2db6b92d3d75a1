namespace Plumbline.Cluster;

/// <summary>How long a holder keeps the cluster without a sign of life, and how often it gives one.</summary>
public sealed record LeaseTerms
{
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(15);
}
