using k8s;
using k8s.Models;
using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Finds the echo worker's pods.</summary>
/// <param name="PodNamespace">The namespace that they run in.</param>
/// <param name="Selector">Selects them by label.</param>
/// <param name="Port">They answer on it, TCP and UDP.</param>
public sealed record EchoEndpoints(string PodNamespace, string Selector, int Port)
{
    /// <summary>The first ready pods by name: one for each endpoint of a Service.</summary>
    /// <exception cref="ClusterRefusedException">Fewer are ready.</exception>
    public async Task<IReadOnlyList<EchoEndpoint>> FindAsync(ApiServer api, int count, CancellationToken token)
    {
        IReadOnlyList<V1Pod> pods = await Pages.ListAsync<V1PodList, V1Pod>(
            api,
            $"pods in namespace {PodNamespace}",
            (client, next, size, attempt) => client.CoreV1.ListNamespacedPodAsync(
                PodNamespace,
                labelSelector: Selector,
                limit: size,
                continueParameter: next,
                cancellationToken: attempt),
            token);
        EchoEndpoint[] ready =
        [
            .. pods.Where(IsReady)
                .OrderBy(pod => pod.Metadata.Name, StringComparer.Ordinal)
                .Select(pod => new EchoEndpoint(pod.Status.PodIP, pod.Metadata.Name, pod.Spec?.NodeName ?? ""))
                .Take(count),
        ];
        return ready.Length == count
            ? ready
            : throw new ClusterRefusedException(
                $"a Service needs {count} endpoints, but only {ready.Length} pods of the echo worker are ready "
                + $"({Selector} in namespace {PodNamespace}): start more of them, or ask for fewer "
                + "endpointsPerService");
    }

    private static bool IsReady(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null
        && !string.IsNullOrEmpty(pod.Status?.PodIP)
        && pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
