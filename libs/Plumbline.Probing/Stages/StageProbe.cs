using Plumbline.Bpf;
using Plumbline.Contracts;

namespace Plumbline.Trials.Probes;

/// <summary>
/// The stage probe in the kernel (bpf/stage_probe.bpf.c): loaded while this object lives, measuring one ingress device at a
/// time while it is attached.
/// </summary>
public sealed class StageProbe : IDisposable
{
    /// <summary>The stages it times, as bpf/stage_probe.h numbers them.</summary>
    private static readonly Stage[] s_stages = [Stage.Prerouting, Stage.ForwardPostrouting, Stage.Total];

    private static readonly TimeSpan s_settlePatience = TimeSpan.FromMilliseconds(500);

    private readonly BpfObject _object;
    private readonly BpfMap _hists;
    private readonly BpfMap _cpus;
    private readonly IReadOnlyDictionary<uint, string> _dropReasons;

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

    /// <summary>Attaches the programs. Another worker's probe that is attached meanwhile costs each packet as much again.</summary>
    /// <exception cref="BpfException">The kernel refuses it.</exception>
    public void Attach() => _object.AttachAll();

    /// <summary>Detaches them; from then on packets cost nothing more than without the probe.</summary>
    public void Detach() => _object.DetachAll();

    /// <summary>Measures the packets that arrive on this device from now on.</summary>
    public void Aim(int ingressIndex, uint netnsInode)
    {
        _object.WriteGlobalVariables(new StageProbeLayout.Target { Ifindex = (uint)ingressIndex, Netns = netnsInode });
        Reset();
    }

    /// <summary>Forgets everything counted. To be called while no packet is under way.</summary>
    public void Reset()
    {
        for (int number = 0; number < s_stages.Length; number++)
        {
            _hists.ZeroPerCpu((uint)number);
        }

        _cpus.ZeroPerCpu(0);
    }

    public StageReading Read()
    {
        StageProbeLayout.Cpu[] cpus = _cpus.ReadPerCpu<StageProbeLayout.Cpu>(0);
        return new StageReading
        {
            Histograms = [.. s_stages.Select((stage, number) => KernelHistogram.Read(_hists, (uint)number).Named(stage.Name))],
            Arrived = cpus.Sum(cpu => (long)cpu.Arrived),
            First = cpus.Sum(cpu => (long)cpu.First),
            NotFirst = cpus.Sum(cpu => (long)cpu.NotFirst),
            Untracked = cpus.Sum(cpu => (long)cpu.Untracked),
            Translated = cpus.Sum(cpu => (long)cpu.Translated),
            WithoutRoute = cpus.Sum(cpu => (long)cpu.WithoutRoute),
            Superseded = cpus.Sum(cpu => (long)cpu.Superseded),
            LostByReason = ReadLosses(cpus),
        };
    }

    /// <summary>
    /// Reads once every one of so many packets has left or was dropped; the kernel may have put the last ones off to
    /// ksoftirqd. After half a second it reads what there is.
    /// </summary>
    public StageReading ReadSettled(long packets)
    {
        long deadline = Environment.TickCount64 + (long)s_settlePatience.TotalMilliseconds;
        while (true)
        {
            StageReading reading = Read();
            if (reading.Left + reading.Lost >= packets || Environment.TickCount64 > deadline)
            {
                return reading;
            }

            Thread.Sleep(5);
        }
    }

    /// <summary>The kernel's accounting of each program's runs.</summary>
    public IReadOnlyDictionary<string, BpfRunTime> RunTimes() => _object.RunTimes();

    /// <summary>The kernel's accounting of the programs' runs, all together.</summary>
    public BpfRunTime RunTime() => _object.RunTime();

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
