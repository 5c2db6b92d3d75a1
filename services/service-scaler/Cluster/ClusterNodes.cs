using System.Net;
using k8s;
using k8s.Models;
using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Finds addresses from which a worker can send as if it were a pod of its node.</summary>
public static class ClusterNodes
{
    /// <summary>A source prefix for each node, in the nodes' order, such as <c>10.244.1.128/26</c>.</summary>
    /// <param name="api">The cluster.</param>
    /// <param name="nodes">Names of the nodes to measure on.</param>
    /// <param name="given">
    /// Prefixes from the settings, by node. For any other node a part of its podCIDR is chosen in which no pod has an
    /// address.
    /// </param>
    /// <param name="token">Ends the search.</param>
    /// <exception cref="ClusterRefusedException">A node does not exist, or has no free address.</exception>
    public static async Task<IReadOnlyList<string>> SourcePrefixesAsync(
        ApiServer api, IReadOnlyList<string> nodes, IReadOnlyDictionary<string, string> given, CancellationToken token)
    {
        IReadOnlyList<V1Node> all = await Pages.ListAsync<V1NodeList, V1Node>(
            api,
            "nodes",
            (client, next, size, attempt) => client.CoreV1.ListNodeAsync(
                limit: size, continueParameter: next, cancellationToken: attempt),
            token);
        string[] names = [.. all.Select(each => each.Metadata.Name).Order(StringComparer.Ordinal)];
        if (nodes.Count == 0)
        {
            throw new ClusterRefusedException(
                $"nodes: must name the nodes to measure on; this cluster's are {string.Join(", ", names)}");
        }

        if (nodes.Except(names).FirstOrDefault() is { } unknown)
        {
            throw new ClusterRefusedException(
                $"nodes: the cluster has no node {unknown}; its nodes are {string.Join(", ", names)}");
        }

        List<string> prefixes = [];
        foreach (string node in nodes)
        {
            prefixes.Add(given.TryGetValue(node, out string? prefix)
                ? prefix
                : await ChooseAsync(api, all.Single(each => each.Metadata.Name == node), token));
        }

        return prefixes;
    }

    private static async Task<string> ChooseAsync(ApiServer api, V1Node node, CancellationToken token)
    {
        string name = node.Metadata.Name;
        IEnumerable<string> cidrs =
            [.. node.Spec?.PodCIDRs ?? [], .. node.Spec?.PodCIDR is { } only ? [only] : (string[])[]];
        if (cidrs.FirstOrDefault(cidr => !cidr.Contains(':', StringComparison.Ordinal)) is not { } podCidr)
        {
            throw new ClusterRefusedException(
                $"node {name} has no IPv4 podCIDR to take source addresses from: set {Setting(name)} "
                + "to addresses that kube-proxy treats as pods' and that no pod has");
        }

        IReadOnlyList<V1Pod> pods = await Pages.ListAsync<V1PodList, V1Pod>(
            api,
            $"pods of node {name}",
            (client, next, size, attempt) => client.CoreV1.ListPodForAllNamespacesAsync(
                fieldSelector: $"spec.nodeName={name}",
                limit: size,
                continueParameter: next,
                cancellationToken: attempt),
            token);
        IEnumerable<string> taken = pods.Where(pod => pod.Spec?.NodeName == name)
            .SelectMany(pod => pod.Status?.PodIPs?.Select(each => each.Ip) ?? [pod.Status?.PodIP])
            .OfType<string>();
        return FreePrefix.Find(IPNetwork.Parse(podCidr), [.. taken.Select(IPAddress.Parse)])?.ToString()
            ?? throw new ClusterRefusedException(
                $"node {name} has no address left in its podCIDR {podCidr}: remove pods, or set {Setting(name)} to "
                + "other addresses");
    }

    /// <summary>An example of the setting that gives a node its prefix.</summary>
    private static string Setting(string node) => $"PLUMBLINE_CLUSTER__SOURCEPREFIXES={node}=10.1.2.128/26";
}
