using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>Finds the echo worker's pods.</summary>
/// <param name="PodNamespace">Where they run.</param>
/// <param name="Selector">Of their labels.</param>
/// <param name="Port">On which they answer, TCP and UDP.</param>
public sealed record EchoEndpoints(string PodNamespace, string Selector, int Port)
{
    /// <summary>The first pods by name that are ready, as many as a Service is to have endpoints.</summary>
    /// <exception cref="ClusterRefusedException">There are not so many.</exception>
    public async Task<IReadOnlyList<EchoEndpoint>> FindAsync(ApiServer api, int count, CancellationToken token)
    {
        IReadOnlyList<V1Pod> pods = await Pages.ListAsync<V1PodList, V1Pod>(
            api,
            $"pods in namespace {PodNamespace}",
            (client, next, size, attempt) => client.CoreV1.ListNamespacedPodAsync(
                PodNamespace, labelSelector: Selector, limit: size, continueParameter: next, cancellationToken: attempt),
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
                $"a Service is to have {count} endpoints but of the echo worker's pods ({Selector} in namespace {PodNamespace}) {ready.Length} are ready: "
                + "start more of them, or ask for fewer endpointsPerService");
    }

    private static bool IsReady(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null
        && !string.IsNullOrEmpty(pod.Status?.PodIP)
        && pod.Status.Conditions?.Any(condition => condition is { Type: "Ready", Status: "True" }) == true;
}
