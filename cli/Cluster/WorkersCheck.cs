using k8s.Models;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Checks the pods of each part of Plumbline in the cluster.</summary>
internal sealed class WorkersCheck(ApiServer api) : IClusterCheck
{
    private const string NameLabel = "app.kubernetes.io/name";
    private const string Ours = "app.kubernetes.io/part-of=plumbline";

    /// <summary>The Job that makes the passwords.</summary>
    private const string Passwords = "secrets";

    /// <summary>Shows results. No experiment needs it.</summary>
    private const string Dashboards = "grafana";

    private static readonly string[] s_workers =
        ["scheduler", "aggregator", "service-scaler", "echo-worker", "node-probe", "rtt-probe"];

    /// <summary>These may run outside the cluster.</summary>
    private static readonly string[] s_servers = ["rabbitmq", "postgres", Dashboards];

    public string What => "workers";

    /// <summary>One worker's pods.</summary>
    public static Task<IReadOnlyList<V1Pod>> PodsOfAsync(ApiServer api, string worker, CancellationToken token) =>
        ClusterPods.ListAsync(api, $"{Ours},{NameLabel}={worker}", token);

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        IReadOnlyList<V1Pod> pods = await ClusterPods.ListAsync(api, Ours, token);
        if (pods.Count == 0)
        {
            return [new Finding(What, FindingLevel.Blocking, "there are none in the cluster", "kubectl apply -k k8s")];
        }

        ILookup<string, V1Pod> byName = pods.ToLookup(
            pod => pod.Metadata.Labels.TryGetValue(NameLabel, out string? name) ? name : "", StringComparer.Ordinal);
        return
        [
            .. CheckPasswords([.. byName[Passwords]]),
            .. s_workers.Concat(s_servers.Where(byName.Contains)).Select(name => Check(name, [.. byName[name]])),
        ];
    }

    /// <summary>
    /// Never blocking: without passwords, the workers themselves are not ready. The Job disappears some time after it
    /// made them.
    /// </summary>
    private static IEnumerable<Finding> CheckPasswords(IReadOnlyList<V1Pod> pods)
    {
        if (pods.Count > 0 && pods.All(pod => pod.Status?.Phase != "Succeeded"))
        {
            yield return new Finding(
                Passwords,
                FindingLevel.Limited,
                $"the Job that makes them has not ended; {string.Join("; ", pods.Select(ClusterPods.Trouble))}",
                Describe(pods[0]));
        }
    }

    private static string Describe(V1Pod pod) =>
        $"kubectl -n {pod.Metadata.NamespaceProperty} describe pod {pod.Metadata.Name}";

    private static Finding Check(string name, IReadOnlyList<V1Pod> pods)
    {
        V1Pod[] unready = [.. pods.Where(pod => !ClusterPods.IsReady(pod))];
        int ready = pods.Count - unready.Length;
        string detail = pods.Count == 0 ? "there is no pod" : $"{ready} of {pods.Count} pods are ready";
        return pods.Count > 0 && unready.Length == 0
            ? new Finding(name, FindingLevel.Good, detail)
            : new Finding(
                name,
                ready == 0 && name != Dashboards ? FindingLevel.Blocking : FindingLevel.Limited,
                unready.Length == 0 ? detail : $"{detail}; {string.Join("; ", unready.Select(ClusterPods.Trouble))}",
                pods.Count == 0 ? "kubectl apply -k k8s" : Describe(unready[0]));
    }
}
