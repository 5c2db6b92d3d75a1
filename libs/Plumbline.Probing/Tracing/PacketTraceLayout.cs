using System.Runtime.CompilerServices;
using System.Text;
using Plumbline.Bpf;
using Plumbline.Probing.Functions;
using static Plumbline.Bpf.BtfLayout;

namespace Plumbline.Probing.Tracing;

/// <summary>
/// The structs of bpf/packet_trace.h. <see cref="Verify"/> compares both sides when the object is loaded.
/// </summary>
internal static unsafe class PacketTraceLayout
{
    private const int Events = 64;
    private const int DeviceNameLength = 16;

    /// <summary>struct trace_event.</summary>
    public struct Event
    {
        public ulong TimeNs;
        public ulong BeganNs;
        public ulong CtStatus;
        public uint Point;
        public uint CtInfo;
        public uint DropReason;
        public uint SourceIp;
        public uint DestinationIp;
        public ushort SourcePort;
        public ushort DestinationPort;
        public uint Chain;
        public byte HasEntry;
        public Padding Unused;
        public DeviceName Device;

        /// <summary>Null where it was not read.</summary>
        public readonly string? DeviceText
        {
            get
            {
                ReadOnlySpan<byte> bytes = Device;
                int length = bytes.IndexOf((byte)0);
                return length == 0 ? null : Encoding.UTF8.GetString(length < 0 ? bytes : bytes[..length]);
            }
        }
    }

    [InlineArray(3)]
    public struct Padding
    {
        private byte _first;
    }

    [InlineArray(DeviceNameLength)]
    public struct DeviceName
    {
        private byte _first;
    }

    [InlineArray(Events)]
    public struct EventList
    {
        private Event _first;
    }

    /// <summary>struct trace_log.</summary>
    public struct Log
    {
        public ulong Skb;
        public uint Cpu;
        public uint Packets;
        public uint Count;
        public uint Lost;
        public uint Routed;
        public uint Ended;
        public RuleFunctionsLayout.OpenCalls Open;
        public EventList Events;
    }

    /// <summary>struct trace_target.</summary>
    public struct Target
    {
        public uint Ifindex;
        public uint Netns;
        public uint SourceIp;
        public uint SourcePort;
    }

    /// <exception cref="BpfException">The BPF object was built for another version of this program.</exception>
    public static void Verify(BtfLayout layout)
    {
        Event one = default;
        layout.Require("trace_event", sizeof(Event), new Dictionary<string, int>
        {
            ["time_ns"] = Offset(ref one, ref one.TimeNs),
            ["began_ns"] = Offset(ref one, ref one.BeganNs),
            ["ct_status"] = Offset(ref one, ref one.CtStatus),
            ["point"] = Offset(ref one, ref one.Point),
            ["ct_info"] = Offset(ref one, ref one.CtInfo),
            ["drop_reason"] = Offset(ref one, ref one.DropReason),
            ["source_ip"] = Offset(ref one, ref one.SourceIp),
            ["destination_ip"] = Offset(ref one, ref one.DestinationIp),
            ["source_port"] = Offset(ref one, ref one.SourcePort),
            ["destination_port"] = Offset(ref one, ref one.DestinationPort),
            ["chain"] = Offset(ref one, ref one.Chain),
            ["has_entry"] = Offset(ref one, ref one.HasEntry),
            ["unused"] = Offset(ref one, ref one.Unused),
            ["device"] = Offset(ref one, ref one.Device),
        });

        Log log = default;
        layout.Require("trace_log", sizeof(Log), new Dictionary<string, int>
        {
            ["skb"] = Offset(ref log, ref log.Skb),
            ["cpu"] = Offset(ref log, ref log.Cpu),
            ["packets"] = Offset(ref log, ref log.Packets),
            ["count"] = Offset(ref log, ref log.Count),
            ["lost"] = Offset(ref log, ref log.Lost),
            ["routed"] = Offset(ref log, ref log.Routed),
            ["ended"] = Offset(ref log, ref log.Ended),
            ["open"] = Offset(ref log, ref log.Open),
            ["events"] = Offset(ref log, ref log.Events),
        });

        Target target = default;
        layout.Require("trace_target", sizeof(Target), new Dictionary<string, int>
        {
            ["ifindex"] = Offset(ref target, ref target.Ifindex),
            ["netns"] = Offset(ref target, ref target.Netns),
            ["source_ip"] = Offset(ref target, ref target.SourceIp),
            ["source_port"] = Offset(ref target, ref target.SourcePort),
        });
    }
}
