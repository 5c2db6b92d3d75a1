using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Paths;

namespace Plumbline.Trials;

/// <summary>Reads the Service rules around each trial of a step, to see whether they moved.</summary>
internal sealed class RulesWatch
{
    private readonly Dictionary<DataPlane, (StepKey Step, ServiceRuleSet Rules)> _known = [];

    /// <summary>The rules that the trial's target is chosen from; null in a baseline.</summary>
    public async Task<ServiceRuleSet?> ReadBeforeAsync(MeasureTrial trial, TrafficEntry entry, CancellationToken token)
    {
        if (trial.Cell.IsBaseline)
        {
            return null;
        }

        // The reading after one trial serves as the reading before the next, so a change in between shows after the
        // next.
        return _known.TryGetValue(trial.Cell.DataPlane, out (StepKey Step, ServiceRuleSet Rules) known)
            && known.Step == StepKey.Of(trial)
                ? known.Rules
                : await ReadAsync(trial, entry, token);
    }

    /// <summary>The number of times that kube-proxy has synced its rules; null where it does not say.</summary>
    public static async Task<long?> ReadSyncsAsync(TrafficEntry entry, CancellationToken token) =>
        entry.KubeProxy is { } kubeProxy ? (await kubeProxy.ReadAsync(token))?.Syncs : null;

    /// <summary>Reads the rules again. Returns what moved in words, or null when nothing did.</summary>
    /// <param name="syncs">kube-proxy's syncs before the trial.</param>
    public async Task<string?> FindMoveAsync(
        MeasureTrial trial,
        TrafficEntry entry,
        Targets targets,
        ServiceRuleSet before,
        long? syncs,
        CancellationToken token)
    {
        ServiceRuleSet after = await ReadAsync(trial, entry, token);
        _known[trial.Cell.DataPlane] = (StepKey.Of(trial), after);
        return targets.MovedBetween(before, after) ?? SyncedSince(syncs, await ReadSyncsAsync(entry, token));
    }

    private static Task<ServiceRuleSet> ReadAsync(MeasureTrial trial, TrafficEntry entry, CancellationToken token) =>
        KnownDataPlanes.Of(trial.Cell.DataPlane).ReadAsync(entry.Node, token);

    /// <summary>A sync rewrites rules while packets meet them, even when it leaves them as they were.</summary>
    private static string? SyncedSince(long? before, long? after) =>
        before is { } earlier && after is { } later && later != earlier
            ? $"kube-proxy synced its rules {later - earlier} times meanwhile"
            : null;
}

/// <summary>One programming of a step's rules.</summary>
internal readonly record struct StepKey(Guid ExperimentId, int Run, int Step)
{
    public static StepKey Of(MeasureTrial trial) => new(trial.Key.ExperimentId, trial.Run, trial.Key.Step);
}
