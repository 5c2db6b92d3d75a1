using k8s;
using k8s.Models;
using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>
/// Nodes whose rules follow the API at once: a rule for each port of each Service that has a ready endpoint.
/// </summary>
internal sealed class KubeProxyStandIn(IKubernetes client) : INodeQuestions
{
    public KernelRuleCounts Rules { get; set; } = new([new(Planes.Nftables, 1, NftablesDialect.V136)]);

    /// <summary>The pods that write the nodes' rules; null: the nodes have <see cref="Rules"/>.</summary>
    public KubeProxyDaemon? Daemon { get; set; }

    public KubeProxyReading? KubeProxy { get; set; }

    /// <summary>Rules that are missing at each look. The last value counts for all later looks.</summary>
    public Queue<int> Behind { get; } = new([0]);

    /// <summary>Looks at which the newest Service does not answer although all rules exist.</summary>
    public int Unanswered { get; set; }

    /// <summary>Readings without an answer.</summary>
    public int Silent { get; set; }

    /// <summary>All questions so far.</summary>
    public List<CountNodeRules> Questions { get; } = [];

    public static NodeDataPlaneRead Reading(string node, KernelRuleCounts rules, KubeProxyReading? kubeProxy = null)
    {
        DetectedDataPlane found = DetectedDataPlane.Of(rules);
        return new NodeDataPlaneRead
        {
            Node = node,
            DataPlane = found.DataPlane,
            Dialect = found.Dialect,
            Rules = found.Rules,
            Refusal = found.Refusal,
            Leftovers = found.Leftovers,
            KubeProxy = kubeProxy,
        };
    }

    public Task<IReadOnlyList<NodeDataPlaneRead>> ReadAsync(IReadOnlyList<string> nodes, CancellationToken token) =>
        Silent-- > 0
        ? throw new ClusterRefusedException($"node {nodes[0]}: no node-probe answered")
        : Task.FromResult<IReadOnlyList<NodeDataPlaneRead>>(
            [.. nodes.Select(node => Reading(node, Daemon?.RulesOf(node) ?? Rules, KubeProxy))]);

    public async Task<NodeRulesCounted> CountAsync(CountNodeRules question, CancellationToken token)
    {
        Questions.Add(question);
        string serviceNamespace = question.Node.ServiceNamespace;
        V1ServiceList services = await client.CoreV1.ListNamespacedServiceAsync(
            serviceNamespace, cancellationToken: token);
        V1EndpointSliceList slices = await client.DiscoveryV1.ListNamespacedEndpointSliceAsync(
            serviceNamespace, cancellationToken: token);
        HashSet<string> ready = [.. slices.Items
            .Where(slice => slice.Endpoints?.Any(endpoint => endpoint.Conditions?.Ready == true) == true)
            .Select(slice => slice.Metadata.Labels[ClusterNames.ServiceNameLabel])];
        int rules = services.Items.Where(service => ready.Contains(service.Metadata.Name))
            .Sum(service => service.Spec.Ports.Count)
            - (Behind.Count > 1 ? Behind.Dequeue() : Behind.Peek());
        bool isTried = rules == question.Wanted && question.Newest is not null;
        return new NodeRulesCounted
        {
            Node = question.Node.Name,
            Rules = rules,
            AllRules = rules + 2,
            IsNewestAnswered = isTried ? Unanswered-- <= 0 : null,
            KubeProxy = KubeProxy,
        };
    }
}
