using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Histograms;
using Plumbline.Trials.Probes;

namespace Plumbline.Trials.Functions;

/// <summary>
/// The function probe in the kernel (bpf/function_probe.bpf.c): times the calls of the rule functions for the packets that the
/// stage probe follows. Loaded while this object lives; both are to be attached for it to see anything.
/// </summary>
public sealed class FunctionProbe : IDisposable
{
    private const uint Sum = 0;

    private readonly FunctionPrograms _programs;
    private readonly BpfMap _numbers;
    private readonly BpfMap _chains;
    private readonly BpfMap _cpus;
    private readonly BpfMap _hists;
    private long _missedBefore;

    private FunctionProbe(FunctionPrograms programs)
    {
        _programs = programs;
        _numbers = programs.Object.Map("numbers");
        _chains = programs.Object.Map("chains");
        _cpus = programs.Object.Map("function_cpus");
        _hists = programs.Object.Map("function_hists");
    }

    public static string ObjectPath => Path.Combine(AppContext.BaseDirectory, "function_probe.bpf.o");

    public FunctionAttachment Attachment => _programs.Attachment;

    public KernelRuleFunctions Functions => _programs.Functions;

    /// <summary>Loads the programs of the functions that there are now, and detaches them again.</summary>
    /// <param name="stage">Whose packets are followed.</param>
    /// <exception cref="FunctionProbeException">It cannot be had on this kernel.</exception>
    public static FunctionProbe Load(StageProbe stage, KernelRuleFunctions functions)
    {
        FunctionPrograms programs = FunctionPrograms.Attach(ObjectPath, FunctionProbeLayout.Verify, functions, stage.PacketsInFlight);
        programs.Object.DetachAll();
        return new FunctionProbe(programs);
    }

    /// <exception cref="BpfException">The kernel refuses it.</exception>
    public void Attach()
    {
        _programs.Object.AttachAll();
        Reset();
    }

    public void Detach() => _programs.Object.DetachAll();

    /// <summary>Forgets everything counted, and the names of tables and chains. To be called while no packet is under way.</summary>
    public void Reset()
    {
        _programs.Object.WriteGlobalVariables(new RuleFunctionsLayout.Globals { IsTableFirst = Functions.IsTableFirst ? 1u : 0 });
        _numbers.Clear<RuleFunctionsLayout.Key>();
        for (uint number = 0; number <= RuleFunctionsLayout.Keys; number++)
        {
            _hists.ZeroPerCpu(number);
        }

        _cpus.ZeroPerCpu(0);
        _missedBefore = _programs.Object.RunTime().Misses;
    }

    public FunctionReading Read()
    {
        FunctionProbeLayout.Cpu[] cpus = _cpus.ReadPerCpu<FunctionProbeLayout.Cpu>(0);
        uint chains = Math.Min(_programs.Object.ReadGlobalVariables<RuleFunctionsLayout.Globals>().Chains, RuleFunctionsLayout.Keys);
        List<NamedHistogram> calls = [];
        for (uint number = 0; number < chains; number++)
        {
            // A number that two CPUs gave out at once counts nothing.
            KernelHistogram counted = KernelHistogram.Read(_hists, 1 + number);
            if (counted.Count + counted.Overflow > 0)
            {
                calls.Add(counted.Named(_chains.Read<RuleFunctionsLayout.Chain>(number).Describe().ToString()));
            }
        }

        return new FunctionReading
        {
            PerPacket = KernelHistogram.Read(_hists, Sum).Named(Stage.RuleFunctions.Name),
            Report = new KernelProbeReport
            {
                Probe = Timing.Function.WireName(),
                Attachment = Attachment.WireName(),
                Counts = new Dictionary<string, long>
                {
                    [FunctionCounts.Packets] = cpus.Sum(cpu => (long)cpu.Packets),
                    [FunctionCounts.NotFirstPackets] = cpus.Sum(cpu => (long)cpu.NotFirst),
                    [FunctionCounts.Unpaired] = cpus.Sum(cpu => (long)cpu.Unpaired),
                    [FunctionCounts.Lost] = cpus.Sum(cpu => (long)cpu.Lost),
                    [FunctionCounts.Missed] = _programs.Object.RunTime().Misses - _missedBefore,
                },
                Details = [.. calls.OrderBy(each => each.Name, StringComparer.Ordinal)],
            },
        };
    }

    /// <summary>The kernel's accounting of each program's runs.</summary>
    public IReadOnlyDictionary<string, BpfRunTime> RunTimes() => _programs.Object.RunTimes();

    public void Dispose() => _programs.Object.Dispose();
}
