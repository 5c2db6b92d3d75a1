using Plumbline.Contracts;

namespace Plumbline.Trials;

/// <summary>What a sender did.</summary>
public sealed record SendRun
{
    public required long Sent { get; init; }

    /// <summary>Sends that the kernel refused.</summary>
    public required long Errors { get; init; }

    /// <summary>From the start of the schedule to the return of the last send.</summary>
    public required TimeSpan Elapsed { get; init; }

    public required Lateness Lateness { get; init; }

    /// <summary>
    /// Median time of one packet's send, within which the kernel takes it through the node. Null when the sender does
    /// not time each, or sent none.
    /// </summary>
    public long? MedianSendNs { get; init; }

    /// <summary>Priority of the sending thread.</summary>
    public SenderPriority Priority { get; init; }

    /// <summary>
    /// Packets a second. The last packet is due one interval before the schedule ends, so a run that keeps the
    /// schedule reaches the rate that was asked.
    /// </summary>
    public double AchievedRatePps => Elapsed > TimeSpan.Zero ? Sent / Elapsed.TotalSeconds : 0;
}
