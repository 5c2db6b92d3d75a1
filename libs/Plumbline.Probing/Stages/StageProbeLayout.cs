using System.Runtime.CompilerServices;
using Plumbline.Bpf;
using static Plumbline.Bpf.BtfLayout;

namespace Plumbline.Probing.Stages;

/// <summary>
/// The structs of bpf/stage_probe.h. <see cref="Verify"/> compares both sides when the object is loaded.
/// </summary>
internal static unsafe class StageProbeLayout
{
    public const int DropReasons = 256;

    /// <summary>Number of stages that the probe times.</summary>
    public const int Stages = 3;

    /// <summary>struct stage_cpu.</summary>
    public struct Cpu
    {
        public ulong Skb;
        public ulong ArrivedNs;
        public ulong RoutedNs;
        public ulong CtStatus;
        public ulong Left;
        public ulong Dev;
        public ulong Arrived;
        public ulong First;
        public ulong NotFirst;
        public ulong Untracked;
        public ulong Translated;
        public ulong WithoutRoute;
        public ulong Superseded;
        public ulong DroppedBySubsystem;
        public DropCounts Dropped;
    }

    [InlineArray(DropReasons)]
    public struct DropCounts
    {
        private ulong _first;
    }

    /// <summary>struct stage_target.</summary>
    public struct Target
    {
        public uint Ifindex;
        public uint Netns;
    }

    /// <exception cref="BpfException">The BPF object was built for another version of this program.</exception>
    public static void Verify(BtfLayout layout)
    {
        VerifyShared(layout);

        Target target = default;
        layout.Require("stage_target", sizeof(Target), new Dictionary<string, int>
        {
            ["ifindex"] = Offset(ref target, ref target.Ifindex),
            ["netns"] = Offset(ref target, ref target.Netns),
        });
    }

    /// <summary>Verifies the structs that other probes' objects share with the stage probe.</summary>
    /// <inheritdoc cref="Verify" path="/exception"/>
    public static void VerifyShared(BtfLayout layout)
    {
        KernelHistogram.Verify(layout);

        Cpu cpu = default;
        layout.Require("stage_cpu", sizeof(Cpu), new Dictionary<string, int>
        {
            ["skb"] = Offset(ref cpu, ref cpu.Skb),
            ["arrived_ns"] = Offset(ref cpu, ref cpu.ArrivedNs),
            ["routed_ns"] = Offset(ref cpu, ref cpu.RoutedNs),
            ["ct_status"] = Offset(ref cpu, ref cpu.CtStatus),
            ["left"] = Offset(ref cpu, ref cpu.Left),
            ["dev"] = Offset(ref cpu, ref cpu.Dev),
            ["arrived"] = Offset(ref cpu, ref cpu.Arrived),
            ["first"] = Offset(ref cpu, ref cpu.First),
            ["not_first"] = Offset(ref cpu, ref cpu.NotFirst),
            ["untracked"] = Offset(ref cpu, ref cpu.Untracked),
            ["translated"] = Offset(ref cpu, ref cpu.Translated),
            ["without_route"] = Offset(ref cpu, ref cpu.WithoutRoute),
            ["superseded"] = Offset(ref cpu, ref cpu.Superseded),
            ["dropped_by_subsystem"] = Offset(ref cpu, ref cpu.DroppedBySubsystem),
            ["dropped"] = Offset(ref cpu, ref cpu.Dropped[0]),
        });
    }
}
