using System.Runtime.CompilerServices;
using Plumbline.Bpf;
using Plumbline.Probing.Stages;
using static Plumbline.Bpf.BtfLayout;

namespace Plumbline.Probing.Functions;

/// <summary>
/// The structs of bpf/function_probe.h. <see cref="Verify"/> compares both sides when the object is loaded.
/// </summary>
internal static unsafe class FunctionProbeLayout
{
    private const int PacketCalls = 32;

    /// <summary>struct packet_call.</summary>
    public struct PacketCall
    {
        public RuleFunctionsLayout.Key Key;
        public ulong LatencyNs;
    }

    [InlineArray(PacketCalls)]
    public struct CallList
    {
        private PacketCall _first;
    }

    /// <summary>struct function_cpu.</summary>
    public struct Cpu
    {
        public ulong PacketNs;
        public ulong FinishedNs;
        public ulong Calls;
        public ulong Packets;
        public ulong NotFirst;
        public ulong Unpaired;
        public ulong Lost;
        public RuleFunctionsLayout.OpenCalls Open;
        public CallList Call;
    }

    /// <exception cref="BpfException">The BPF object was built for another version of this program.</exception>
    public static void Verify(BtfLayout layout)
    {
        RuleFunctionsLayout.Verify(layout);
        StageProbeLayout.VerifyShared(layout);

        PacketCall call = default;
        layout.Require("packet_call", sizeof(PacketCall), new Dictionary<string, int>
        {
            ["key"] = Offset(ref call, ref call.Key),
            ["latency_ns"] = Offset(ref call, ref call.LatencyNs),
        });

        Cpu cpu = default;
        layout.Require("function_cpu", sizeof(Cpu), new Dictionary<string, int>
        {
            ["packet_ns"] = Offset(ref cpu, ref cpu.PacketNs),
            ["finished_ns"] = Offset(ref cpu, ref cpu.FinishedNs),
            ["calls"] = Offset(ref cpu, ref cpu.Calls),
            ["packets"] = Offset(ref cpu, ref cpu.Packets),
            ["not_first"] = Offset(ref cpu, ref cpu.NotFirst),
            ["unpaired"] = Offset(ref cpu, ref cpu.Unpaired),
            ["lost"] = Offset(ref cpu, ref cpu.Lost),
            ["open"] = Offset(ref cpu, ref cpu.Open),
            ["call"] = Offset(ref cpu, ref cpu.Call),
        });
    }
}
