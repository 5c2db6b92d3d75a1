namespace Plumbline.RttProbe.Raw;

/// <summary>
/// Carries numbered probe packets out and their answers back. It hides addresses, packets and sockets, so the prober
/// does not know IPv4, and another address family needs only another channel.
/// </summary>
internal interface IProbeChannel : IDisposable
{
    /// <summary>Sends a probe packet. Returns 0, or the errno if the kernel refuses it.</summary>
    int Send(int probe);

    /// <summary>
    /// Reads when the device took probe packets. Does not wait. Returns how many it read; 0 means that there are no
    /// more now.
    /// </summary>
    int ReadTransmitted(Span<ProbeStamp> transmitted);

    /// <summary>
    /// Reads answers that arrived. Does not wait. An answer to no probe packet has the number
    /// <see cref="ProbeStamp.Stray"/>. Returns how many it read; fewer than fit means that there are no more now.
    /// </summary>
    int ReadAnswers(Span<ProbeStamp> answers);

    /// <summary>Answers that found no room in the channel's buffer since the last call.</summary>
    long ReadDrops();

    /// <summary>
    /// Makes the endpoint forget the connections that probe packets have half opened. Call it after the last run.
    /// </summary>
    void Release();
}

/// <summary>When the kernel saw a probe packet or its answer.</summary>
/// <param name="Probe">The probe packet's number.</param>
/// <param name="UnixNs">By the wall clock, in nanoseconds since 1970; 0 when the kernel gave no timestamp.</param>
internal readonly record struct ProbeStamp(int Probe, long UnixNs)
{
    public const int Stray = -1;

    /// <summary>Most stamps that a channel returns at once.</summary>
    public const int Batch = 64;
}
