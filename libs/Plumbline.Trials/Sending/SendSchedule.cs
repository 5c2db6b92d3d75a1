
namespace Plumbline.Trials.Sending;

/// <summary>
/// An open-loop schedule: one packet is due in each interval, at <see cref="DueTimes"/>. It also records how late the
/// kernel got each packet. Pure: callers pass the time, in nanoseconds since the start.
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
    /// <param name="most">Looks for no more than these.</param>
    public int DueAt(long nowNs, int most)
    {
        if (_intervalNs == 0)
        {
            return 1;
        }

        int due = 0;
        while (due < most && Next + due < packets && DueTimes.Ns(Next + due, _intervalNs) <= nowNs)
        {
            due++;
        }

        return due;
    }

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
            _lateness.Record((i == 0 ? beganNs : returnedNs) - (long)DueTimes.Ns(Next++, _intervalNs));
        }
    }

    public Lateness Read() => _lateness.Read();

    /// <inheritdoc cref="SendRun.MedianSendNs"/>
    public long? MedianSendNs => _lateness.MedianSendNs;
}
