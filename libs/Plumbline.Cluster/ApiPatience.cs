namespace Plumbline.Cluster;

/// <summary>How long we wait for an API server. All attempts of one request take about two minutes.</summary>
public sealed record ApiPatience
{
    /// <summary>
    /// For one answer. The API server's own limit is a minute, and deleting a block of Services may take that long.
    /// </summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(70);

    public int Retries { get; init; } = 12;

    /// <summary>Before the first retry. Each later retry waits twice as long, plus or minus a random part.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two looks at a slow change in the cluster.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For a namespace to disappear with everything in it.</summary>
    public TimeSpan Termination { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For one more new pod of a restarted DaemonSet.</summary>
    public TimeSpan Rollout { get; init; } = TimeSpan.FromMinutes(10);
}
