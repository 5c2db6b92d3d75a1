using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Paths;

namespace Plumbline.Probing.Stages;

/// <summary>
/// The stage probe in the kernel (bpf/stage_probe.bpf.c). It times the packets of one identity, and counts what
/// becomes of them.
/// </summary>
public sealed class StageProbe : ITimingProbe
{
    private static readonly TimeSpan s_settlePatience = TimeSpan.FromMilliseconds(500);

    private readonly BpfObject _object;
    private readonly BpfMap _hists;
    private readonly BpfMap _cpus;
    private readonly IReadOnlyDictionary<uint, string> _dropReasons;
    private IReadOnlyList<Stage> _stages = [];

    private StageProbe(BpfObject loaded)
    {
        _object = loaded;
        _hists = loaded.Map("hists");
        _cpus = loaded.Map("cpus");
        _dropReasons = KernelEnum.Read("skb_drop_reason");
    }

    public static string ObjectPath => Path.Combine(AppContext.BaseDirectory, "stage_probe.bpf.o");

    /// <summary>The packet on its way on each CPU, for another probe that follows the same packets.</summary>
    internal BpfMap PacketsInFlight => _cpus;

    /// <summary>Loads the programs.</summary>
    /// <exception cref="BpfException">The kernel refuses them, or the object is of another build.</exception>
    public static StageProbe Load() => new(BpfObject.Load(ObjectPath, StageProbeLayout.Verify));

    /// <inheritdoc/>
    /// <remarks>While another worker's stage probe is attached too, a packet pays for both.</remarks>
    public void Attach()
    {
        _object.AttachAll();
        Reset();
    }

    public void Detach() => _object.DetachAll();

    /// <summary>Measures these packets from now on, and no others.</summary>
    public void Aim(PacketIdentity packets)
    {
        _stages = packets.Stages;
        _object.WriteGlobalVariables(new StageProbeLayout.Target
        {
            Ifindex = (uint)packets.IngressIndex,
            Netns = packets.NetnsInode,
        });
        Reset();
    }

    public void Reset()
    {
        for (int number = 0; number < StageProbeLayout.Stages; number++)
        {
            _hists.ZeroPerCpu((uint)number);
        }

        _cpus.ZeroPerCpu(0);
    }

    public ProbeReading Read() => new()
    {
        Stages = [.. _stages.Select((stage, number) => KernelHistogram.Read(_hists, (uint)number, stage.Name))],
        Report = new KernelProbeReport
        {
            Probe = Timing.Stage.WireName(),
            Counts = new Dictionary<string, long>
            {
                [StageCounts.Superseded] = _cpus.ReadPerCpu<StageProbeLayout.Cpu>(0).Sum(cpu => (long)cpu.Superseded),
            },
        },
    };

    public PacketCounts ReadPackets()
    {
        StageProbeLayout.Cpu[] cpus = _cpus.ReadPerCpu<StageProbeLayout.Cpu>(0);
        return new PacketCounts
        {
            Arrived = cpus.Sum(cpu => (long)cpu.Arrived),
            First = cpus.Sum(cpu => (long)cpu.First),
            NotFirst = cpus.Sum(cpu => (long)cpu.NotFirst),
            Untracked = cpus.Sum(cpu => (long)cpu.Untracked),
            Translated = cpus.Sum(cpu => (long)cpu.Translated),
            WithoutRoute = cpus.Sum(cpu => (long)cpu.WithoutRoute),
            LostByReason = ReadLosses(cpus),
        };
    }

    /// <summary>
    /// Reads once this many packets have left or were dropped. The kernel may hand the last ones to ksoftirqd, so
    /// they can come late. After half a second it reads what there is.
    /// </summary>
    public PacketCounts ReadSettledPackets(long packets)
    {
        long deadline = Environment.TickCount64 + (long)s_settlePatience.TotalMilliseconds;
        while (true)
        {
            PacketCounts counts = ReadPackets();
            if (counts.Left + counts.Lost >= packets || Environment.TickCount64 > deadline)
            {
                return counts;
            }

            Thread.Sleep(5);
        }
    }

    public IReadOnlyDictionary<string, BpfRunTime> RunTimes() => _object.RunTimes();

    public void Dispose() => _object.Dispose();

    private Dictionary<string, long> ReadLosses(StageProbeLayout.Cpu[] cpus)
    {
        Dictionary<string, long> losses = [];
        for (int reason = 0; reason < StageProbeLayout.DropReasons; reason++)
        {
            long count = 0;
            for (int cpu = 0; cpu < cpus.Length; cpu++)
            {
                count += (long)cpus[cpu].Dropped[reason];
            }

            if (count > 0)
            {
                losses[_dropReasons.GetValueOrDefault((uint)reason, $"reason {reason}")] = count;
            }
        }

        long bySubsystem = cpus.Sum(cpu => (long)cpu.DroppedBySubsystem);
        if (bySubsystem > 0)
        {
            losses["a subsystem's own reason"] = bySubsystem;
        }

        return losses;
    }
}
