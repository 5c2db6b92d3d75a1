using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Paths;
using Plumbline.Trials.Functions;

namespace Plumbline.Trials.Tracing;

/// <summary>
/// The packet trace in the kernel (bpf/packet_trace.bpf.c): attached while this object lives, following one packet at a time.
/// </summary>
public sealed class PacketProbe : IDisposable
{
    /// <summary>Subsystems number their own reasons from here on.</summary>
    private const uint FirstSubsystemReason = 1 << 16;

    private static readonly TimeSpan s_settlePatience = TimeSpan.FromMilliseconds(500);

    private readonly BpfObject _object;
    private readonly BpfMap _log;
    private readonly IReadOnlyDictionary<uint, string> _dropReasons;
    private readonly IReadOnlyDictionary<uint, string> _ctInfos;
    private FunctionTrace? _functions;

    private PacketProbe(BpfObject loaded)
    {
        _object = loaded;
        _log = loaded.Map("logs");
        _dropReasons = KernelEnum.Read("skb_drop_reason");
        _ctInfos = KernelEnum.Read("ip_conntrack_info");
    }

    public static string ObjectPath => Path.Combine(AppContext.BaseDirectory, "packet_trace.bpf.o");

    /// <summary>Loads and attaches the programs.</summary>
    /// <exception cref="BpfException">The kernel refuses them, or the object is of another build.</exception>
    public static PacketProbe Attach()
    {
        BpfObject loaded = BpfObject.Load(ObjectPath, PacketTraceLayout.Verify);
        try
        {
            loaded.AttachAll();
            return new PacketProbe(loaded);
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    /// <summary>Has the rule functions' calls traced too, of all functions that the kernel has now.</summary>
    /// <exception cref="FunctionProbeException">That cannot be had on this kernel; packets are traced all the same.</exception>
    public FunctionAttachment AttachFunctions()
    {
        DetachFunctions();
        _functions = FunctionTrace.Attach(_log);
        return _functions.Attachment;
    }

    public void DetachFunctions()
    {
        _functions?.Dispose();
        _functions = null;
    }

    /// <summary>Forgets the packet before and follows the next one of that source that arrives on the device.</summary>
    public void Follow(int ingressIndex, uint netnsInode, FlowAddress source)
    {
        // Nothing is followed while the log is emptied.
        _object.WriteGlobalVariables(default(PacketTraceLayout.Target));
        _log.Write(0, default(PacketTraceLayout.Log));
        _object.WriteGlobalVariables(new PacketTraceLayout.Target
        {
            Ifindex = (uint)ingressIndex,
            Netns = netnsInode,
            SourceIp = source.Ip,
            SourcePort = source.Port,
        });
    }

    /// <summary>
    /// Reads once the packet has left or was dropped; the kernel may have put it off to ksoftirqd. After half a second it reads
    /// what there is.
    /// </summary>
    public PacketLog ReadSettled()
    {
        long deadline = Environment.TickCount64 + (long)s_settlePatience.TotalMilliseconds;
        while (true)
        {
            PacketTraceLayout.Log log = _log.Read<PacketTraceLayout.Log>(0);
            if (log.Ended != 0 || Environment.TickCount64 > deadline)
            {
                return Describe(in log);
            }

            Thread.Sleep(1);
        }
    }

    /// <summary>The kernel's accounting of the programs' runs, all together.</summary>
    public BpfRunTime RunTime()
    {
        (BpfRunTime packet, BpfRunTime functions) = (_object.RunTime(), _functions?.RunTime() ?? default);
        return new BpfRunTime(packet.RunTimeNs + functions.RunTimeNs, packet.RunCount + functions.RunCount, packet.Misses + functions.Misses);
    }

    public void Dispose()
    {
        DetachFunctions();
        _object.Dispose();
    }

    private PacketLog Describe(in PacketTraceLayout.Log log)
    {
        List<PacketEvent> events = [];
        for (int i = 0; i < log.Count; i++)
        {
            events.Add(Describe(in log.Events[i]));
        }

        return new PacketLog((int)log.Packets, events, (int)log.Lost);
    }

    private PacketEvent Describe(in PacketTraceLayout.Event one) => new((TracePoint)one.Point, (long)one.TimeNs)
    {
        Device = one.DeviceText,
        Addresses = one.SourceIp == 0 ? null : new PacketAddresses(one.SourceIp, one.SourcePort, one.DestinationIp, one.DestinationPort),
        Entry = one.HasEntry == 0 ? null : new ConntrackEntry(one.CtStatus, _ctInfos.GetValueOrDefault(one.CtInfo, $"ctinfo {one.CtInfo}")),
        Call = (TracePoint)one.Point != TracePoint.Called ? null : new FunctionCall((long)one.BeganNs, _functions?.Chain(one.Chain)),
        DropReason = (TracePoint)one.Point == TracePoint.Dropped ? Reason(one.DropReason) : null,
    };

    private string Reason(uint reason) => _dropReasons.GetValueOrDefault(
        reason, reason < FirstSubsystemReason ? $"reason {reason}" : $"a subsystem's own reason (0x{reason:x})");
}
