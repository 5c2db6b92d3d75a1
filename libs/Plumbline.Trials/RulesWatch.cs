using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Paths;
using Plumbline.Probing.Rules;

namespace Plumbline.Trials;

/// <summary>
/// Watches the rules on a trial's way. Before a trial they must be those that the step programmed, and they must not
/// change during it, not even for a moment. In a cluster they may change between trials, because others change them.
/// </summary>
internal sealed class RulesWatch : IDisposable
{
    private readonly Dictionary<DataPlane, KnownRules> _known = [];
    private (StepKey Step, ForeignRules Rules)? _foreign;
    private readonly Lazy<LegacyTableWatch?> _legacy = new(LegacyTableWatch.TryAttach);

    /// <exception cref="Linux.ToolException">The rules cannot be read.</exception>
    public async Task<RulesBefore> ReadBeforeAsync(MeasureTrial trial, TrafficEntry entry, CancellationToken token)
    {
        RulesBefore before = new(await WayRulesets.ReadAsync(entry.Watched));
        if (trial.Ruleset is { } programmed
            && WayRulesets.Parse(programmed).ChangeTo(before.Rulesets, "is not the one that the step programmed")
                is { } change)
        {
            return before with { Refusal = change };
        }

        if (before.Rulesets.HasLegacyTables && _legacy.Value is { } legacy)
        {
            legacy.Aim(await Task.WhenAll(entry.Watched.Select(each => each.Where.InodeAsync())));
        }

        ServiceRuleSet? rules =
            trial.Cell.IsBaseline ? null : await ReadServiceRulesAsync(trial, entry, before.Rulesets, token);
        return before with
        {
            Rules = rules,
            Miscount = rules is null ? null : MiscountOf(trial, rules),
            Foreign = trial.Node is null ? null : await ReadForeignAsync(trial, entry, token),
            Syncs = await ReadSyncsAsync(entry, token),
        };
    }

    /// <summary>Looks again after the trial. Returns what is wrong in words, or null when nothing is.</summary>
    public async Task<string?> FindMoveAsync(TrafficEntry entry, RulesBefore before, CancellationToken token)
    {
        WayRulesets after = await WayRulesets.ReadAsync(entry.Watched);
        string?[] found =
        [
            before.Miscount,
            before.Rulesets.ChangeTo(after, "changed during the trial"),
            before.Rulesets.HasLegacyTables ? Replaced(_legacy.Value?.ReadReplaced() ?? 0) : null,
            SyncedSince(before.Syncs, await ReadSyncsAsync(entry, token)),
        ];
        return string.Join("; ", found.OfType<string>()) is { Length: > 0 } words ? words : null;
    }

    public void Dispose()
    {
        if (_legacy.IsValueCreated)
        {
            _legacy.Value?.Dispose();
        }
    }

    /// <summary>
    /// Reads the rules as text, which is slow where there are many: once a step, and again when anything has changed.
    /// </summary>
    private async Task<ServiceRuleSet> ReadServiceRulesAsync(
        MeasureTrial trial, TrafficEntry entry, WayRulesets rulesets, CancellationToken token)
    {
        DataPlane dataPlane = trial.Cell.DataPlane;
        (StepKey step, string present) = (StepKey.Of(trial), rulesets.ToString());
        if (!_known.TryGetValue(dataPlane, out KnownRules? known) || known.Step != step || known.Rulesets != present)
        {
            known = new KnownRules(step, present, await KnownDataPlanes.Of(dataPlane).ReadAsync(entry.Node, token));
            _known[dataPlane] = known;
        }

        return known.Rules;
    }

    private async Task<ForeignRules> ReadForeignAsync(MeasureTrial trial, TrafficEntry entry, CancellationToken token)
    {
        StepKey step = StepKey.Of(trial);
        if (_foreign is not { } known || known.Step != step)
        {
            _foreign = known = (step, await ForeignRules.ReadAsync(entry.Node, token));
        }

        return known.Rules;
    }

    private static async Task<long?> ReadSyncsAsync(TrafficEntry entry, CancellationToken token) =>
        entry.KubeProxy is { } kubeProxy ? (await kubeProxy.ReadAsync(token))?.Syncs : null;

    private static string? MiscountOf(MeasureTrial trial, ServiceRuleSet rules)
    {
        int count = trial.Node is { } node
            ? rules.Rules.Count(rule => rule.Namespace == node.ServiceNamespace)
            : rules.Count;
        return trial.ExpectedRules is { } expected && count != expected
            ? $"the step programmed {expected} Service rules and the kernel holds {count}"
            : null;
    }

    private static string? Replaced(long times) =>
        times > 0 ? $"legacy tables were replaced {times} times during the trial" : null;

    /// <summary>A sync rewrites rules while packets meet them, even when it leaves them as they were.</summary>
    private static string? SyncedSince(long? before, long? after) =>
        before is { } earlier && after is { } later && later != earlier
            ? $"kube-proxy synced its rules {later - earlier} times meanwhile"
            : null;

    private sealed record KnownRules(StepKey Step, string Rulesets, ServiceRuleSet Rules);
}

/// <summary>One programming of a step's rules.</summary>
internal readonly record struct StepKey(Guid ExperimentId, int Run, int Step, int Remake)
{
    public static StepKey Of(MeasureTrial trial) =>
        new(trial.Key.ExperimentId, trial.Run, trial.Key.Step, trial.Remake);
}
