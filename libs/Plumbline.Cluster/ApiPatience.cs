namespace Plumbline.Cluster;

/// <summary>How long an API server is given. Together it is asked for about two minutes before a request is given up.</summary>
public sealed record ApiPatience
{
    /// <summary>For one answer; the API server's own is a minute, which deleting a block of Services may take.</summary>
    public TimeSpan Attempt { get; init; } = TimeSpan.FromSeconds(70);

    public int Retries { get; init; } = 12;

    /// <summary>Before the first retry; each later one waits twice as long, give or take a random part.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Between two looks at something that takes the cluster a while.</summary>
    public TimeSpan Look { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>For a namespace to be gone, with everything in it.</summary>
    public TimeSpan Termination { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>For a restarted DaemonSet to have one more new pod.</summary>
    public TimeSpan Rollout { get; init; } = TimeSpan.FromMinutes(10);
}
