namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Carries numbered probes out and their answers back. Addresses, packets and sockets are behind it, so that the prober
/// knows nothing of IPv4 and another address family needs another channel only.
/// </summary>
internal interface IProbeChannel : IDisposable
{
    /// <summary>Sends the probe. Returns 0, or the errno with which the kernel refused it.</summary>
    int Send(int probe);

    /// <summary>Reads, without waiting, when the device took probes. Returns how many; none means that no more are there now.</summary>
    int ReadTransmitted(Span<ProbeStamp> transmitted);

    /// <summary>
    /// Reads, without waiting, answers that came. One that belongs to no probe has the number
    /// <see cref="ProbeStamp.Stray"/>. Returns how many; fewer than fit means no more are there now.
    /// </summary>
    int ReadAnswers(Span<ProbeStamp> answers);

    /// <summary>Answers that found no room in the channel's own buffer since this was last asked.</summary>
    long ReadDrops();

    /// <summary>Has the endpoint forget the connections that the probes sent so far have half opened. To be called after the last run.</summary>
    void Release();
}

/// <param name="Probe">Number of the probe.</param>
/// <param name="UnixNs">The kernel's timestamp by the wall clock, in nanoseconds since 1970; 0 where it gave none.</param>
internal readonly record struct ProbeStamp(int Probe, long UnixNs)
{
    public const int Stray = -1;

    /// <summary>Room that a channel needs for one reading.</summary>
    public const int Batch = 64;
}
