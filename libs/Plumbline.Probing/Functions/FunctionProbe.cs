using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Probing.Stages;

namespace Plumbline.Probing.Functions;

/// <summary>
/// The function probe in the kernel (bpf/function_probe.bpf.c). It times the calls of the rule functions for the
/// packets that the stage probe follows, so it sees packets only while the stage probe is attached too.
/// </summary>
public sealed class FunctionProbe : ITimingProbe
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

    /// <summary>
    /// Loads the programs for the functions, and attaches them once to see that the kernel accepts them.
    /// </summary>
    /// <param name="stage">The stage probe whose packets are followed.</param>
    /// <exception cref="ProbeUnavailableException">The kernel refuses it.</exception>
    public static FunctionProbe Load(StageProbe stage, KernelRuleFunctions functions)
    {
        FunctionPrograms programs =
            FunctionPrograms.Attach(ObjectPath, FunctionProbeLayout.Verify, functions, stage.PacketsInFlight);
        programs.Object.DetachAll();
        return new FunctionProbe(programs);
    }

    public void Attach()
    {
        _programs.Object.AttachAll();
        Reset();
    }

    public void Detach() => _programs.Object.DetachAll();

    /// <inheritdoc/>
    /// <remarks>The names of tables and chains are forgotten too.</remarks>
    public void Reset()
    {
        _programs.Object.WriteGlobalVariables(
            new RuleFunctionsLayout.Globals { IsTableFirst = Functions.IsTableFirst ? 1u : 0 });
        _numbers.Clear<RuleFunctionsLayout.Key>();
        for (uint number = 0; number <= RuleFunctionsLayout.Keys; number++)
        {
            _hists.ZeroPerCpu(number);
        }

        _cpus.ZeroPerCpu(0);
        _missedBefore = _programs.Object.RunTime().Misses;
    }

    public ProbeReading Read()
    {
        FunctionProbeLayout.Cpu[] cpus = _cpus.ReadPerCpu<FunctionProbeLayout.Cpu>(0);
        Dictionary<string, long> counts = new()
        {
            [FunctionCounts.Packets] = cpus.Sum(cpu => (long)cpu.Packets),
            [FunctionCounts.NotFirstPackets] = cpus.Sum(cpu => (long)cpu.NotFirst),
            [FunctionCounts.Unpaired] = cpus.Sum(cpu => (long)cpu.Unpaired),
            [FunctionCounts.Lost] = cpus.Sum(cpu => (long)cpu.Lost),
            [FunctionCounts.Missed] = _programs.Object.RunTime().Misses - _missedBefore,
        };
        NamedHistogram[] calls = [.. ReadCalls().OrderBy(each => each.Name, StringComparer.Ordinal)];
        return new ProbeReading
        {
            Stages = [KernelHistogram.Read(_hists, Sum, Stage.RuleFunctions.Name)],
            Report = new KernelProbeReport
            {
                Probe = Timing.Function.WireName(),
                Attachment = Attachment.WireName(),
                Counts = counts,
                Details = calls,
            },
            Flags = FlagsOf(counts, calls),
        };
    }

    public IReadOnlyDictionary<string, BpfRunTime> RunTimes() => _programs.Object.RunTimes();

    public void Dispose() => _programs.Object.Dispose();

    /// <summary>Why calls cannot be trusted: a single missing call makes its packet's sum too small. Pure.</summary>
    internal static IReadOnlyList<FlagReason> FlagsOf(
        IReadOnlyDictionary<string, long> counts, IReadOnlyList<NamedHistogram> calls)
    {
        List<FlagReason> reasons = [];
        (long unpaired, long lost, long missed) =
            (counts[FunctionCounts.Unpaired], counts[FunctionCounts.Lost], counts[FunctionCounts.Missed]);
        if (unpaired + lost + missed > 0)
        {
            reasons.Add(new FlagReason(
                TrialFlag.FunctionCallsLost,
                $"calls of rule functions are missing: {unpaired} did not return, {lost} found no room, "
                + $"{missed} the kernel left out"));
        }

        if (calls.Sum(each => each.Overflow) is > 0 and var overflow)
        {
            reasons.Add(new FlagReason(
                TrialFlag.HistogramOverflow, $"{overflow} calls of rule functions were above the histogram's range"));
        }

        return reasons;
    }

    /// <summary>The calls of each function by hook and chain.</summary>
    private IEnumerable<NamedHistogram> ReadCalls()
    {
        uint chains = Math.Min(
            _programs.Object.ReadGlobalVariables<RuleFunctionsLayout.Globals>().Chains, RuleFunctionsLayout.Keys);
        for (uint number = 0; number < chains; number++)
        {
            string name = _chains.Read<RuleFunctionsLayout.Chain>(number).Describe().ToString();
            NamedHistogram counted = KernelHistogram.Read(_hists, 1 + number, name);

            // When two CPUs hand out a number at once, one of their numbers stays without calls.
            if (counted.Count + counted.Overflow > 0)
            {
                yield return counted;
            }
        }
    }
}
