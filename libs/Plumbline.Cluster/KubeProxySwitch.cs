using k8s;
using k8s.Models;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// Switches kube-proxy's mode and restores it. Every turn of either looks at what is there and does the next thing that is missing, so
/// both can be killed between any two requests and taken up by another. The original is kept in the cluster before the first change
/// and removed after the last, and is read after what is to be changed: so a change never meets what another has begun since.
/// </summary>
public sealed class KubeProxySwitch(ApiServer api)
{
    /// <summary>The mark of a restart that follows a restored configuration.</summary>
    private const string Restoring = "restoring";

    private readonly KubeProxyOriginals _originals = new(api);
    private readonly KubeProxyRollout _rollout = new(api);

    /// <summary>Whether a change of it is there, whoever's.</summary>
    public async Task<bool> IsChangedAsync(CancellationToken token) => await _originals.FindAsync(token) is not null;

    /// <summary>Whose change is there that has no right to it any more; null where none is.</summary>
    public async Task<Guid?> FindLeftAsync(Func<Guid, Task<bool>> isLeft, CancellationToken token) =>
        await _originals.FindAsync(token) is { } original && await isLeft(original.ExperimentId) ? original.ExperimentId : null;

    /// <summary>
    /// Has every kube-proxy of the cluster in that mode, restarted and available. Where that is the mode it had before, all is restored.
    /// </summary>
    /// <exception cref="ClusterRefusedException">It is not managed in a way that allows it, or another works at it.</exception>
    /// <exception cref="InvalidOperationException">Its pods do not come.</exception>
    public async Task SwitchAsync(Guid experimentId, ProxyMode mode, Action<ProxyRestart> report, CancellationToken token)
    {
        while (true)
        {
            (V1DaemonSet? daemonSet, V1ConfigMap? configMap) = await ReadAsync(token);
            KubeProxyOriginal? original = await _originals.FindAsync(token);
            if (original is not null && (original.ExperimentId != experimentId || original.ModeBefore == mode))
            {
                await RestoreAsync(_ => Task.FromResult(true), report, token);
                continue;
            }

            KubeProxyConfig config = KubeProxyInstallation.ConfigOf(daemonSet, configMap);
            if (original is null)
            {
                if (config.Mode == mode)
                {
                    await _rollout.AwaitAsync(report, token);
                    return;
                }

                await _originals.KeepAsync(experimentId, config.Text, config.With(mode).Text, token);
            }
            else if (config.Text == original.Before && KubeProxyRollout.MarkOf(daemonSet!) is not null)
            {
                // A restoration was cut off: whose pods have which configuration, nobody knows.
                await RestoreAsync(_ => Task.FromResult(true), report, token);
            }
            else if (config.Text == original.Before)
            {
                await WriteAsync(configMap!, original.Changed, token);
            }
            else if (config.Mode != mode)
            {
                await RestoreAsync(_ => Task.FromResult(true), report, token);
                throw new ClusterRefusedException(
                    $"somebody else has changed ConfigMap {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name} while kube-proxy was to be switched to {mode.WireName()}; "
                    + "that was kept: ask again when nobody works at it");
            }
            else if (KubeProxyRollout.MarkOf(daemonSet!) == mode.WireName())
            {
                await _rollout.AwaitAsync(report, token);
                return;
            }
            else
            {
                await _rollout.MarkAsync(daemonSet!, mode.WireName(), token);
            }
        }
    }

    /// <summary>
    /// Has kube-proxy as it was before an experiment changed it, and returns once its pods are new and available. What somebody else has
    /// changed in its configuration meanwhile stays; only the mode is put back, and where they have set that too, not even that.
    /// May be called by many at once, and again after any failure.
    /// </summary>
    /// <param name="isLeft">Whether the experiment has no right to its change any more; asked after the change was seen.</param>
    /// <returns>Null where there was nothing to restore.</returns>
    /// <exception cref="InvalidOperationException">Its pods do not come; the configuration is restored.</exception>
    public Task<KubeProxyRestoration?> RestoreAsync(Func<Guid, Task<bool>> isLeft, CancellationToken token) => RestoreAsync(isLeft, _ => { }, token);

    /// <param name="isLeft">As above.</param>
    /// <param name="report">Told how far a restart of its pods is; there may be two.</param>
    /// <inheritdoc cref="RestoreAsync(Func{Guid, Task{bool}}, CancellationToken)"/>
    public async Task<KubeProxyRestoration?> RestoreAsync(Func<Guid, Task<bool>> isLeft, Action<ProxyRestart> report, CancellationToken token)
    {
        while (await IsChangedAsync(token))
        {
            (V1DaemonSet? daemonSet, V1ConfigMap? configMap) = await ReadAsync(token);
            if (await _originals.FindAsync(token) is not { } original || !await isLeft(original.ExperimentId))
            {
                return null;
            }

            string? present = configMap?.Data?.TryGetValue(KubeProxyInstallation.ConfigKey, out string? text) == true ? text : null;
            string? undone = present is null ? null : original.Undo(present);
            string? mark = daemonSet is null ? null : KubeProxyRollout.MarkOf(daemonSet);
            if (undone is not null && daemonSet is not null && mark is null)
            {
                // Pods that have started since the change have it: the mark keeps in mind that all are to be restarted.
                await _rollout.MarkAsync(daemonSet, Restoring, token);
            }
            else if (undone is not null)
            {
                await WriteAsync(configMap!, undone, token);
            }
            else if (mark is not null && mark != Restoring && !KubeProxyRollout.StandOf(daemonSet!).AreAllNew)
            {
                // Pods of the template of old are left, to which the restart is about to go back: they would not be restarted.
                await _rollout.MarkAsync(daemonSet!, Restoring, token);
            }
            else if (mark is not null)
            {
                if (mark == Restoring)
                {
                    await _rollout.AwaitAsync(report, token);
                }

                await UnmarkAsync(isLeft, token);
            }
            else
            {
                await _rollout.AwaitAsync(report, token);
                await _originals.RemoveAsync(original, token);
                return new KubeProxyRestoration(original.ExperimentId) { IsExact = present == original.Before };
            }
        }

        return null;
    }

    /// <summary>By what is there now: the wait was long.</summary>
    private async Task UnmarkAsync(Func<Guid, Task<bool>> isLeft, CancellationToken token)
    {
        if (await KubeProxyInstallation.FindDaemonSetAsync(api, token) is { } now
            && await _originals.FindAsync(token) is { } original && await isLeft(original.ExperimentId))
        {
            await _rollout.MarkAsync(now, null, token);
        }
    }

    private async Task<(V1DaemonSet? DaemonSet, V1ConfigMap? ConfigMap)> ReadAsync(CancellationToken token) =>
        (await KubeProxyInstallation.FindDaemonSetAsync(api, token), await KubeProxyInstallation.FindConfigMapAsync(api, token));

    /// <summary>Changes that one key, unless somebody has changed the ConfigMap since it was read.</summary>
    private async Task WriteAsync(V1ConfigMap read, string config, CancellationToken token)
    {
        Dictionary<string, string> data = new() { [KubeProxyInstallation.ConfigKey] = config };
        V1Patch patch = new(new { metadata = new { resourceVersion = read.Metadata.ResourceVersion }, data }, V1Patch.PatchType.MergePatch);
        try
        {
            await api.CallAsync(
                $"change ConfigMap {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name}",
                (client, attempt) => client.CoreV1.PatchNamespacedConfigMapAsync(
                    patch, KubeProxyInstallation.Name, KubeProxyInstallation.Namespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsConflict)
        {
            // Somebody was first: it may have been an attempt of our own whose answer was lost.
        }
    }
}
