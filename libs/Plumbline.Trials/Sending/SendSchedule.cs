
namespace Plumbline.Trials.Sending;

/// <summary>
/// An open-loop schedule: packet i is due at i/rate after the start. It also records how late the kernel got each
/// packet. Pure: callers pass the time, in nanoseconds since the start.
/// </summary>
/// <param name="ratePps">Packets a second; at infinity every packet is due as soon as the one before has left.</param>
public sealed class SendSchedule(double ratePps, int packets)
{
    private readonly double _intervalNs = 1e9 / ratePps;
    private readonly Lateness.Recorder _lateness = new();

    /// <summary>Packets of the schedule that the kernel has got, or refused.</summary>
    public int Next { get; private set; }

    public bool HasEnded => Next == packets;

    /// <summary>How many packets are due now and have not been sent.</summary>
    public int DueAt(long nowNs) => _intervalNs == 0
        ? 1
        : (int)Math.Min(packets, (long)(nowNs / _intervalNs) + 1) - Next;

    /// <summary>
    /// Records the next packets, which one system call took. The kernel got the first when the call began. When it
    /// got each of the others is unknown, but it was before the call returned. So their lateness can be too high by
    /// the length of the call, and never too low.
    /// </summary>
    public void Record(int sent, long beganNs, long returnedNs)
    {
        _lateness.RecordSend((returnedNs - beganNs) / Math.Max(1, sent));
        for (int i = 0; i < sent; i++)
        {
            _lateness.Record((i == 0 ? beganNs : returnedNs) - (long)(Next++ * _intervalNs));
        }
    }

    public Lateness Read() => _lateness.Read();

    /// <inheritdoc cref="SendRun.MedianSendNs"/>
    public long? MedianSendNs => _lateness.MedianSendNs;
}
