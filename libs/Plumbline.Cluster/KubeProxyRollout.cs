using System.Globalization;
using k8s;
using k8s.Models;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>
/// Restarts kube-proxy's pods as <c>kubectl rollout restart</c> does, by an annotation of their template. It has a key of our own, so
/// that taking it away, which restarts them once more, leaves the template as it was.
/// </summary>
internal sealed class KubeProxyRollout(ApiServer api)
{
    private const string What = $"DaemonSet {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name}";

    /// <summary>What the pods were restarted for; null where they were not.</summary>
    public static string? MarkOf(V1DaemonSet daemonSet) =>
        daemonSet.Spec.Template.Metadata?.Annotations?.TryGetValue(ClusterNames.RestartedForAnnotation, out string? mark) == true ? mark : null;

    /// <summary>How far the restart for the present template is.</summary>
    public static ProxyRestart StandOf(V1DaemonSet now)
    {
        V1DaemonSetStatus? status = now.Status;
        bool isSeen = status?.ObservedGeneration >= now.Metadata.Generation;
        return new ProxyRestart(
            status?.DesiredNumberScheduled ?? 0, isSeen ? status!.UpdatedNumberScheduled ?? 0 : 0, status?.NumberAvailable ?? 0, isSeen);
    }

    /// <summary>Restarts the pods one after the other, by the DaemonSet's own strategy; null takes the mark away.</summary>
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
            // It was changed since it was read: whoever looks again sees by whom.
        }
    }

    /// <summary>Waits until every pod is of the present template and available, as <c>kubectl rollout status</c> does.</summary>
    /// <exception cref="InvalidOperationException">The pods have stopped coming.</exception>
    public async Task AwaitAsync(Action<ProxyRestart> report, CancellationToken token)
    {
        ProxyRestart? last = null;
        long changedAt = Environment.TickCount64;
        while (await KubeProxyInstallation.FindDaemonSetAsync(api, token) is { } now)
        {
            ProxyRestart there = StandOf(now);
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
                throw new InvalidOperationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{What} was restarted and {there.PodsRestarted} of its {there.Pods} pods are new and {there.PodsAvailable} available, which has not changed for {api.Patience.Rollout.TotalSeconds:F0} s: see `kubectl -n {KubeProxyInstallation.Namespace} rollout status daemonset/{KubeProxyInstallation.Name}` and its pods' logs"));
            }

            await Task.Delay(api.Patience.Look, token);
        }
    }
}
