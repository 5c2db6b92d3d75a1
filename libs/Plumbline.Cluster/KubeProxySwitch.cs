using k8s;
using k8s.Models;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// Switches kube-proxy's mode and restores it. Each turn of either loop reads the cluster's state and makes the next
/// missing change. So both may be killed between any two requests, and another process can continue. The original is
/// stored in the cluster before the first change and removed after the last. It is read after the objects to change, so
/// a change that another process has started since makes our write fail.
/// </summary>
public sealed class KubeProxySwitch(ApiServer api)
{
    /// <summary>The mark of the restart after the configuration is restored.</summary>
    private const string Restoring = "restoring";

    private readonly KubeProxyOriginals _originals = new(api);
    private readonly KubeProxyRollout _rollout = new(api);

    /// <summary>Whether any experiment has changed kube-proxy.</summary>
    public async Task<bool> IsChangedAsync(CancellationToken token) => await _originals.FindAsync(token) is not null;

    /// <summary>The experiment whose change is a leftover; null when there is none.</summary>
    public async Task<Guid?> FindLeftAsync(Func<Guid, Task<bool>> isLeft, CancellationToken token) =>
        await _originals.FindAsync(token) is { } original && await isLeft(original.ExperimentId)
            ? original.ExperimentId
            : null;

    /// <summary>
    /// Switches every kube-proxy of the cluster to the mode and waits until all are restarted and available. Restores
    /// the original configuration when that has the mode.
    /// </summary>
    /// <exception cref="ClusterRefusedException">
    /// kube-proxy is installed in a way that does not allow it, or somebody else changes it.
    /// </exception>
    /// <exception cref="InvalidOperationException">Its pods do not become available.</exception>
    public async Task SwitchAsync(
        Guid experimentId, ProxyMode mode, Action<ProxyRestart> report, CancellationToken token)
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
                // A restoration was interrupted: pods may have either configuration.
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
                    $"somebody else changed ConfigMap {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name} "
                    + $"while kube-proxy was being switched to {mode.WireName()}; their change was kept: try again "
                    + "when nobody edits it");
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
    /// Restores kube-proxy to its state before an experiment changed it. Returns once its pods are new and available.
    /// Changes that others have made to the configuration stay: only the mode is restored, unless they have set that
    /// too. May be called by many at once, and again after any failure.
    /// </summary>
    /// <param name="isLeft">Whether the experiment's change is a leftover. Called after the change was read.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>Null when there was nothing to restore.</returns>
    /// <exception cref="InvalidOperationException">
    /// Its pods do not become available; the configuration is restored.
    /// </exception>
    public Task<KubeProxyRestoration?> RestoreAsync(Func<Guid, Task<bool>> isLeft, CancellationToken token) =>
        RestoreAsync(isLeft, _ => { }, token);

    /// <param name="isLeft">As above.</param>
    /// <param name="report">Called with the progress of a restart of its pods. There may be two restarts.</param>
    /// <param name="token">Ends the work.</param>
    /// <inheritdoc cref="RestoreAsync(Func{Guid, Task{bool}}, CancellationToken)"/>
    public async Task<KubeProxyRestoration?> RestoreAsync(
        Func<Guid, Task<bool>> isLeft, Action<ProxyRestart> report, CancellationToken token)
    {
        while (await IsChangedAsync(token))
        {
            (V1DaemonSet? daemonSet, V1ConfigMap? configMap) = await ReadAsync(token);
            if (await _originals.FindAsync(token) is not { } original || !await isLeft(original.ExperimentId))
            {
                return null;
            }

            string? present =
                configMap?.Data?.TryGetValue(KubeProxyInstallation.ConfigKey, out string? text) == true ? text : null;
            string? undone = present is null ? null : original.Undo(present);
            string? mark = daemonSet is null ? null : KubeProxyRollout.MarkOf(daemonSet);
            if (undone is not null && daemonSet is not null && mark is null)
            {
                // Pods that have started since the change have it. The mark records that all must be restarted.
                await _rollout.MarkAsync(daemonSet, Restoring, token);
            }
            else if (undone is not null)
            {
                await WriteAsync(configMap!, undone, token);
            }
            else if (mark is not null && mark != Restoring && !KubeProxyRollout.ProgressOf(daemonSet!).AreAllNew)
            {
                // Some pods still have the old template. Removing the mark now would return to that template and not
                // restart them.
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

    /// <summary>Reads everything again, because the wait before it was long.</summary>
    private async Task UnmarkAsync(Func<Guid, Task<bool>> isLeft, CancellationToken token)
    {
        if (await KubeProxyInstallation.FindDaemonSetAsync(api, token) is { } now
            && await _originals.FindAsync(token) is { } original
            && await isLeft(original.ExperimentId))
        {
            await _rollout.MarkAsync(now, null, token);
        }
    }

    private async Task<(V1DaemonSet? DaemonSet, V1ConfigMap? ConfigMap)> ReadAsync(CancellationToken token) =>
    (
        await KubeProxyInstallation.FindDaemonSetAsync(api, token),
        await KubeProxyInstallation.FindConfigMapAsync(api, token)
    );

    /// <summary>Writes that one key, unless somebody has changed the ConfigMap since it was read.</summary>
    private async Task WriteAsync(V1ConfigMap read, string config, CancellationToken token)
    {
        Dictionary<string, string> data = new() { [KubeProxyInstallation.ConfigKey] = config };
        V1Patch patch = new(
            new { metadata = new { resourceVersion = read.Metadata.ResourceVersion }, data },
            V1Patch.PatchType.MergePatch);
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
            // Somebody was faster, perhaps an attempt of our own whose answer was lost.
        }
    }
}
