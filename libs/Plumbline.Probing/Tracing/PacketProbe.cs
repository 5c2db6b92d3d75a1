using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Paths;
using Plumbline.Probing.Functions;

namespace Plumbline.Probing.Tracing;

/// <summary>
/// The packet trace in the kernel (bpf/packet_trace.bpf.c). It follows one packet at a time and records the events on
/// its way; it counts no histograms, so it times no trial.
/// </summary>
public sealed class PacketProbe : IKernelProbe
{
    /// <summary>Subsystems number their own drop reasons from here on.</summary>
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

    /// <summary>Loads the programs.</summary>
    /// <exception cref="BpfException">The kernel refuses them, or the object is of another build.</exception>
    public static PacketProbe Load() => new(BpfObject.Load(ObjectPath, PacketTraceLayout.Verify));

    public void Attach()
    {
        _object.AttachAll();
        Reset();
    }

    /// <summary>Detaches every program, those on rule functions included.</summary>
    public void Detach()
    {
        DetachFunctions();
        _object.DetachAll();
    }

    /// <summary>Traces the calls of all rule functions that the kernel has now, too.</summary>
    /// <exception cref="ProbeUnavailableException">The kernel refuses it. Packets are traced all the same.</exception>
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

    /// <summary>Forgets the packet before and follows none.</summary>
    public void Reset()
    {
        _object.WriteGlobalVariables(default(PacketTraceLayout.Target));
        _log.Write(0, default(PacketTraceLayout.Log));
    }

    /// <summary>Follows the next of these packets that comes from this source, and forgets the one before.</summary>
    public void Follow(PacketIdentity packets, FlowAddress source)
    {
        // No packet is followed while the log is emptied.
        Reset();
        _object.WriteGlobalVariables(new PacketTraceLayout.Target
        {
            Ifindex = (uint)packets.IngressIndex,
            Netns = packets.NetnsInode,
            SourceIp = source.Ip.Ipv4Number,
            SourcePort = source.Port,
        });
    }

    /// <summary>
    /// Reads once the packet has left or was dropped. The kernel may hand it to ksoftirqd, so that can be late. After
    /// half a second it reads what there is.
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

    public IReadOnlyDictionary<string, BpfRunTime> RunTimes() =>
        new IReadOnlyDictionary<string, BpfRunTime>?[] { _object.RunTimes(), _functions?.RunTimes() }
            .SelectMany(each => each ?? new Dictionary<string, BpfRunTime>()).ToDictionary();

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

    private PacketEvent Describe(in PacketTraceLayout.Event one)
    {
        TracePoint point = (TracePoint)one.Point;
        return new PacketEvent(point, (long)one.TimeNs)
        {
            Device = one.DeviceText,
            Addresses = one.SourceIp == 0
                ? null
                : new PacketAddresses(one.SourceIp, one.SourcePort, one.DestinationIp, one.DestinationPort),
            Entry = one.HasEntry == 0
                ? null
                : new ConntrackEntry(one.CtStatus, _ctInfos.GetValueOrDefault(one.CtInfo, $"ctinfo {one.CtInfo}")),
            Call = point == TracePoint.Called
                ? new FunctionCall((long)one.BeganNs, _functions?.Chain(one.Chain))
                : null,
            DropReason = point == TracePoint.Dropped ? Reason(one.DropReason) : null,
        };
    }

    private string Reason(uint reason) => _dropReasons.GetValueOrDefault(
        reason, reason < FirstSubsystemReason ? $"reason {reason}" : $"a subsystem's own reason (0x{reason:x})");
}
