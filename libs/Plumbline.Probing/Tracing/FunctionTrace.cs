using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Probing.Functions;

namespace Plumbline.Probing.Tracing;

/// <summary>
/// The function trace in the kernel (bpf/function_trace.bpf.c). While this object lives, it adds the calls of rule
/// functions to a packet's events.
/// </summary>
internal sealed class FunctionTrace : IDisposable
{
    private readonly FunctionPrograms _programs;
    private readonly BpfMap _chains;

    private FunctionTrace(FunctionPrograms programs)
    {
        _programs = programs;
        _chains = programs.Object.Map("chains");
        programs.Object.WriteGlobalVariables(
            new RuleFunctionsLayout.Globals { IsTableFirst = programs.Functions.IsTableFirst ? 1u : 0 });
    }

    public static string ObjectPath => Path.Combine(AppContext.BaseDirectory, "function_trace.bpf.o");

    public FunctionAttachment Attachment => _programs.Attachment;

    /// <param name="log">The packet trace's log.</param>
    /// <exception cref="ProbeUnavailableException">The kernel refuses it.</exception>
    public static FunctionTrace Attach(BpfMap log) =>
        new(FunctionPrograms.Attach(ObjectPath, RuleFunctionsLayout.Verify, KernelRuleFunctions.Read(), log));

    /// <summary>What was called; null for a call that got no number.</summary>
    public RuleChain? Chain(uint number) =>
        number < RuleFunctionsLayout.Keys ? _chains.Read<RuleFunctionsLayout.Chain>(number).Describe() : null;

    public IReadOnlyDictionary<string, BpfRunTime> RunTimes() => _programs.Object.RunTimes();

    public void Dispose() => _programs.Object.Dispose();
}
