using System.Globalization;
using k8s;
using k8s.Models;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// Restarts kube-proxy's pods as <c>kubectl rollout restart</c> does: by an annotation on their template. The
/// annotation's key is our own, so removing it, which restarts the pods once more, leaves the template as it was.
/// </summary>
internal sealed class KubeProxyRollout(ApiServer api)
{
    private const string What = $"DaemonSet {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name}";

    /// <summary>The reason for which we restarted the pods; null when we did not.</summary>
    public static string? MarkOf(V1DaemonSet daemonSet) =>
        daemonSet.Spec.Template.Metadata?.Annotations is { } annotations
        && annotations.TryGetValue(ClusterNames.RestartedForAnnotation, out string? mark)
            ? mark
            : null;

    /// <summary>Progress of the restart for the present template.</summary>
    public static ProxyRestart ProgressOf(V1DaemonSet now)
    {
        V1DaemonSetStatus? status = now.Status;
        bool isSeen = status?.ObservedGeneration >= now.Metadata.Generation;
        return new ProxyRestart(
            status?.DesiredNumberScheduled ?? 0,
            isSeen ? status!.UpdatedNumberScheduled ?? 0 : 0,
            status?.NumberAvailable ?? 0,
            isSeen);
    }

    /// <summary>
    /// Sets the mark, or removes it (null). The DaemonSet then restarts its pods by its own strategy.
    /// </summary>
    public async Task MarkAsync(V1DaemonSet read, string? mark, CancellationToken token)
    {
        Dictionary<string, string?> annotations = new() { [ClusterNames.RestartedForAnnotation] = mark };
        V1Patch patch = new(
            new
            {
                metadata = new { resourceVersion = read.Metadata.ResourceVersion },
                spec = new { template = new { metadata = new { annotations } } },
            },
            V1Patch.PatchType.MergePatch);
        try
        {
            await api.CallAsync(
                $"restart {What}",
                (client, attempt) => client.AppsV1.PatchNamespacedDaemonSetAsync(
                    patch, KubeProxyInstallation.Name, KubeProxyInstallation.Namespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsConflict)
        {
            // Another has changed the DaemonSet since it was read: the caller looks again.
        }
    }

    /// <summary>
    /// Waits until every pod has the present template and is available, as <c>kubectl rollout status</c> does.
    /// </summary>
    /// <exception cref="InvalidOperationException">No further pod has become available for a while.</exception>
    public async Task AwaitAsync(Action<ProxyRestart> report, CancellationToken token)
    {
        ProxyRestart? last = null;
        long changedAt = Environment.TickCount64;
        while (await KubeProxyInstallation.FindDaemonSetAsync(api, token) is { } now)
        {
            ProxyRestart there = ProgressOf(now);
            if (there.IsDone)
            {
                report(there);
                return;
            }

            if (there != last)
            {
                report(there);
                (last, changedAt) = (there, Environment.TickCount64);
            }

            if (Environment.TickCount64 - changedAt > api.Patience.Rollout.TotalMilliseconds)
            {
                throw new InvalidOperationException(Standstill(there));
            }

            await Task.Delay(api.Patience.Look, token);
        }
    }

    private string Standstill(ProxyRestart there) => string.Create(
        CultureInfo.InvariantCulture,
        $"{What} was restarted, but for {api.Patience.Rollout.TotalSeconds:F0} s {there.PodsRestarted} of its "
        + $"{there.Pods} pods ")
        + $"are new and {there.PodsAvailable} are available: see `kubectl -n {KubeProxyInstallation.Namespace} "
        + $"rollout status daemonset/{KubeProxyInstallation.Name}` and its pods' logs";
}
