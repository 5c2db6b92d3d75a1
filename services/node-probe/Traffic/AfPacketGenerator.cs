using System.Diagnostics;
using Plumbline.Linux;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic;

/// <summary>
/// Sends UDP packets, each of a flow of its own, from an AF_PACKET socket by an open-loop schedule: packet i is due at
/// start + i/rate whatever became of the packets before, and how late it left is recorded. Runs on the calling thread,
/// which is to be pinned and in the sender's namespace. On a veth pair the kernel takes each packet through the node
/// within the send.
/// </summary>
internal sealed class AfPacketGenerator : IDisposable
{
    public const string Name = "af_packet";

    private const int Batch = 64;

    private readonly PacketSocket _socket;
    private readonly UdpFrame _frame;
    private readonly FlowSpace _sources;

    public AfPacketGenerator(TrafficEntry entry)
    {
        _socket = new PacketSocket(entry.SenderDevice, UdpFrame.Length, Batch);
        _frame = new UdpFrame(entry.SenderMac, entry.NodeMac, entry.DestinationPort);
        _sources = entry.Sources;
    }

    /// <summary>Sends one packet to each destination.</summary>
    /// <param name="destinations">Addresses in host byte order, in the order of sending.</param>
    /// <param name="firstFlow">Flow number of the first packet; the others follow.</param>
    /// <param name="ratePps">Packets a second; infinity sends one after the other without waiting.</param>
    public SendRun Send(ReadOnlySpan<uint> destinations, long firstFlow, double ratePps, CancellationToken token)
    {
        Lateness.Recorder lateness = new();
        double intervalNs = 1e9 / ratePps;
        long errors = 0;
        int next = 0;
        long start = Stopwatch.GetTimestamp();
        long end = start;
        while (next < destinations.Length && !token.IsCancellationRequested)
        {
            long nowNs = Stopwatch.GetTimestamp() - start;
            int due = intervalNs == 0 ? next + 1 : (int)Math.Min(destinations.Length, (long)(nowNs / intervalNs) + 1);
            int count = Math.Min(due - next, Batch);
            if (count <= 0)
            {
                Thread.SpinWait(1);
                continue;
            }

            for (int i = 0; i < count; i++)
            {
                int packet = next + i;
                _frame.Write(_socket.Frame(i), _sources.AddressOf(firstFlow + packet), destinations[packet]);
            }

            int sent = _socket.Send(count);
            end = Stopwatch.GetTimestamp();
            if (sent == 0)
            {
                // The kernel refused this packet; the others may do better.
                errors++;
                sent = 1;
            }

            for (int packet = next; packet < next + sent; packet++)
            {
                lateness.Record(nowNs - (long)(packet * intervalNs));
            }

            next += sent;
        }

        return new SendRun { Sent = next - errors, Errors = errors, Elapsed = Stopwatch.GetElapsedTime(start, end), Lateness = lateness.Read() };
    }

    public void Dispose() => _socket.Dispose();
}
