using k8s;
using k8s.Models;
using Plumbline.Cluster;

namespace Plumbline.Cli.Cluster;

/// <summary>Lists pods and says why one is not ready.</summary>
internal static class ClusterPods
{
    /// <summary>Pods of every namespace that the label selector matches.</summary>
    public static Task<IReadOnlyList<V1Pod>> ListAsync(ApiServer api, string selector, CancellationToken token) =>
        Pages.ListAsync<V1PodList, V1Pod>(
            api,
            $"pods with {selector}",
            (client, next, size, attempt) => client.CoreV1.ListPodForAllNamespacesAsync(
                labelSelector: selector, limit: size, continueParameter: next, cancellationToken: attempt),
            token);

    public static bool IsReady(V1Pod pod) =>
        pod.Metadata.DeletionTimestamp is null
        && pod.Status?.Conditions?.Any(each => each is { Type: "Ready", Status: "True" }) == true;

    /// <summary>The pod, its node, and the cluster's reason why the pod is not ready.</summary>
    public static string Trouble(V1Pod pod)
    {
        string? why = pod.Metadata.DeletionTimestamp is not null ? "is being removed"
            : Waiting(pod)
                ?? Condition(pod, "PodScheduled")
                ?? Condition(pod, "ContainersReady")
                ?? Condition(pod, "Ready")
                ?? pod.Status?.Phase;
        string where = pod.Spec?.NodeName is { Length: > 0 } node ? $" on {node}" : "";
        return $"{pod.Metadata.Name}{where}: {why ?? "no status yet"}";
    }

    private static string? Waiting(V1Pod pod) => pod.Status?.ContainerStatuses?
        .Select(each => each.State?.Waiting)
        .OfType<V1ContainerStateWaiting>()
        .Select(each => string.IsNullOrEmpty(each.Message) ? each.Reason : $"{each.Reason}: {each.Message}")
        .FirstOrDefault();

    private static string? Condition(V1Pod pod, string type) => pod.Status?.Conditions?
        .FirstOrDefault(each => each.Type == type && each.Status != "True" && !string.IsNullOrEmpty(each.Message))?
        .Message;
}
