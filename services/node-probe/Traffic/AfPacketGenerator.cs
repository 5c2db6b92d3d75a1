using System.Diagnostics;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Traffic;

/// <summary>
/// Sends UDP packets from an AF_PACKET socket and records how late each left. Runs on the calling thread, which is to be pinned and
/// in the sender's namespace. On a veth pair the kernel takes each packet through the node within the send.
/// </summary>
internal sealed class AfPacketGenerator : ITrafficGenerator
{
    private const int Batch = 64;

    private readonly PacketSocket _socket;
    private readonly UdpFrame _frame;
    private readonly FlowSpace _sources;
    private readonly long _firstFlow;
    private readonly uint[] _destinations;

    /// <param name="firstFlow">Flow number of the trial's first packet; the others follow.</param>
    /// <param name="destinations">Where each of its packets goes: addresses in host byte order.</param>
    public AfPacketGenerator(TrafficEntry entry, long firstFlow, uint[] destinations)
    {
        _socket = new PacketSocket(entry.SenderDevice, UdpFrame.Length, Batch);
        _frame = new UdpFrame(entry.SenderMac, entry.NodeMac, entry.DestinationPort);
        _sources = entry.Sources;
        _firstFlow = firstFlow;
        _destinations = destinations;
    }

    public string Name => GeneratorKind.AfPacket.WireName();

    public SendRun Send(int first, int count, double ratePps, CancellationToken token)
    {
        ReadOnlySpan<uint> destinations = _destinations.AsSpan(first, count);
        long firstFlow = _firstFlow + first;
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
            int batch = Math.Min(due - next, Batch);
            if (batch <= 0)
            {
                Thread.SpinWait(1);
                continue;
            }

            for (int i = 0; i < batch; i++)
            {
                int packet = next + i;
                _frame.Write(_socket.Frame(i), _sources.AddressOf(firstFlow + packet), destinations[packet]);
            }

            int sent = _socket.Send(batch);
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
