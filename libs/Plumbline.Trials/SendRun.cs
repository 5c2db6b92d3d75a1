namespace Plumbline.Trials;

/// <summary>What a sender did.</summary>
public sealed record SendRun
{
    public required long Sent { get; init; }

    /// <summary>Sends the kernel refused.</summary>
    public required long Errors { get; init; }

    /// <summary>From the start of the schedule to the return of the last send.</summary>
    public required TimeSpan Elapsed { get; init; }

    public required Lateness Lateness { get; init; }

    /// <summary>Packets a second. The last packet is due one interval before the end of the schedule, so a run that keeps it reaches the rate asked.</summary>
    public double AchievedRatePps => Elapsed > TimeSpan.Zero ? Sent / Elapsed.TotalSeconds : 0;
}
