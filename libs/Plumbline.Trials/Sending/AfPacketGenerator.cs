using System.Diagnostics;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Paths;

namespace Plumbline.Trials.Sending;

/// <summary>
/// Sends packets from an AF_PACKET socket and records how late the kernel got each. Runs on the calling thread, which
/// must be pinned and in the sender's namespace; while it sends it has real-time priority, if the kernel allows that.
/// On a veth pair the kernel takes each packet through the node within the send.
/// </summary>
public sealed class AfPacketGenerator : ITrafficGenerator
{
    private const int Batch = 64;

    private readonly PacketSocket _socket;
    private readonly ProbeFrame _frame;
    private readonly FlowSpace _sources;
    private readonly long _firstFlow;
    private readonly uint[] _destinations;
    private readonly CacheEviction? _eviction;

    /// <param name="firstFlow">Flow number of the trial's first packet; the others follow.</param>
    /// <param name="destinations">Each packet's destination address, in host byte order.</param>
    /// <param name="eviction">Empties the caches after each packet; null to leave them.</param>
    public AfPacketGenerator(
        TrafficEntry entry,
        ServiceProtocol protocol,
        long firstFlow,
        uint[] destinations,
        CacheEviction? eviction = null)
    {
        _eviction = eviction;
        _frame = new ProbeFrame(protocol, entry.SenderMac, entry.NodeMac, entry.DestinationPort);
        _socket = new PacketSocket(entry.SenderDevice, _frame.Length, Batch);
        _sources = entry.Sources;
        _firstFlow = firstFlow;
        _destinations = destinations;
    }

    public string Name => GeneratorKind.AfPacket.WireName();

    public SendRun Send(int first, int count, double ratePps, CancellationToken token)
    {
        ReadOnlySpan<uint> destinations = _destinations.AsSpan(first, count);
        long firstFlow = _firstFlow + first;
        SendSchedule schedule = new(ratePps, count);
        long errors = 0;
        using RealTimePriority? priority = RealTimePriority.TryTake();
        long start = Stopwatch.GetTimestamp();
        long end = start;
        while (!schedule.HasEnded && !token.IsCancellationRequested)
        {
            int batch = schedule.DueAt(Stopwatch.GetTimestamp() - start, _eviction is null ? Batch : 1);
            if (batch <= 0)
            {
                Thread.SpinWait(1);
                continue;
            }

            for (int i = 0; i < batch; i++)
            {
                int packet = schedule.Next + i;
                _frame.Write(_socket.Frame(i), _sources.AddressOf(firstFlow + packet), destinations[packet]);
            }

            long began = Stopwatch.GetTimestamp();
            int sent = _socket.Send(batch);
            end = Stopwatch.GetTimestamp();
            if (sent == 0)
            {
                // The kernel refused this packet; it may take the others.
                errors++;
                sent = 1;
            }

            schedule.Record(sent, began - start, end - start);
            _eviction?.Evict();
        }

        return new SendRun
        {
            Sent = schedule.Next - errors,
            Errors = errors,
            Elapsed = Stopwatch.GetElapsedTime(start, end),
            Lateness = schedule.Read(),
            MedianSendNs = schedule.MedianSendNs,
            Priority = priority is null ? SenderPriority.Normal : SenderPriority.Fifo,
        };
    }

    public void Release(int count)
    {
        int batch = 0;
        for (int packet = 0; packet < count; packet++)
        {
            FlowAddress source = _sources.AddressOf(_firstFlow + packet);
            if (!_frame.WriteRelease(_socket.Frame(batch), source, _destinations[packet]))
            {
                return;
            }

            batch++;
            if (batch == Batch || packet == count - 1)
            {
                _ = _socket.Send(batch);
                batch = 0;
            }
        }
    }

    public void Dispose() => _socket.Dispose();
}
