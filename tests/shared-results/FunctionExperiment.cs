using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Tests;

/// <summary>An experiment with the function probe: a baseline, and a trial with rules of nftables.</summary>
internal static class FunctionExperiment
{
    public const int Packets = 2_000;

    public static readonly RuleChain Nat =
        new(RuleFunction.NftDoChain, "prerouting", "ip kube-proxy", "nat-prerouting");

    public static readonly RuleChain Filter =
        new(RuleFunction.NftDoChain, "forward", "ip kube-proxy", "filter-forward");

    /// <summary>What a baseline calls.</summary>
    public static readonly RuleChain Empty = new(RuleFunction.IptDoTable, "prerouting", "raw", "");

    public static Messages Messages() => new()
    {
        Spec = new ExperimentSpec { Timing = ["stage", "function"], Services = [100], Positions = ["last"] },
    };

    public static ExperimentResults Record(
        ResultsStore store, Messages messages, Timing timing = Timing.Stage | Timing.Function)
    {
        store.RecordStarted(messages.Started(2));
        store.RecordTrial(Measured(messages, 0, DataPlane.NoRules, 0, timing));
        store.RecordTrial(Measured(messages, 1, Planes.Nftables, 100, timing));
        store.RecordCompleted(messages.Completed());
        return store.Load(messages.ExperimentId);
    }

    /// <summary>A trial of which the number is also the step's.</summary>
    public static TrialMeasured Measured(
        Messages messages, int trial, DataPlane dataPlane, int services, Timing timing = Timing.Stage | Timing.Function)
    {
        bool isBaseline = dataPlane == DataPlane.NoRules;
        TrialMeasured stage = messages.Trial(
            trial, trial, dataPlane, services, isBaseline ? Position.None : Position.Last,
            Tests.Messages.Around(2_000, count: Packets));
        return stage with
        {
            Trial = stage.Trial with { Timing = timing },
            Conditions = stage.Conditions with { TimedBy = timing.InOneWord() },
            Histograms =
            [
                .. timing.HasFlag(Timing.Stage) ? stage.Histograms : [],
                Tests.Messages.Histogram(Stage.RuleFunctions, Tests.Messages.Around(1_400, count: Packets)),
            ],
            Probes = [.. timing.HasFlag(Timing.Stage) ? stage.Probes : [], Report(isBaseline)],
        };
    }

    private static KernelProbeReport Report(bool isBaseline) => Tests.Messages.Report(Timing.Function) with
    {
        Attachment = FunctionAttachment.Fentry.WireName(),
        AddsNs = 412.5,
        Cost = isBaseline
            ? new ProgramCost(1_000, [new("fentry_ipt_do_table", 1_000, 55_000), new("stage_left", 1_000, 71_000)])
            : null,
        Counts = new Dictionary<string, long>
        {
            [FunctionCounts.Packets] = Packets,
            [FunctionCounts.NotFirstPackets] = 1,
            [FunctionCounts.Unpaired] = 2,
            [FunctionCounts.Lost] = 3,
            [FunctionCounts.Missed] = 4,
        },
        Details = isBaseline ? [Calls(Empty, Enumerable.Repeat(40L, Packets))] :
        [
            Calls(Nat, Tests.Messages.Around(900, count: Packets)),
            Calls(Filter, Tests.Messages.Around(500, count: Packets)),
        ],
    };

    private static NamedHistogram Calls(RuleChain chain, IEnumerable<long> latencies) =>
        Tests.Messages.Histogram(chain.ToString(), latencies);
}
