using k8s;
using k8s.Models;
using Plumbline.Rules;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>A node whose rules are at once what the API says: a rule for each port of each Service that has a ready endpoint.</summary>
internal sealed class KubeProxyStandIn(IKubernetes client) : INodeRules
{
    public NodeRules Rules { get; set; } = new() { Nftables = 1, Dialect = NftablesDialect.V136 };

    /// <summary>Whose pods write the nodes' rules; null: <see cref="Rules"/> are there.</summary>
    public KubeProxyDaemon? Daemon { get; set; }

    /// <summary>Rules that it is behind by, at each look; the last one counts for all that follow.</summary>
    public Queue<int> Behind { get; } = new([0]);

    public Task<IReadOnlyList<NodeReading>> ReadAsync(CancellationToken token) =>
        Task.FromResult(Daemon?.Readings ?? [new NodeReading("node-1", NodeDataPlane.Of(Rules))]);

    public async Task<int?> CountAsync(DataPlane dataPlane, string serviceNamespace, int wanted, CancellationToken token)
    {
        V1ServiceList services = await client.CoreV1.ListNamespacedServiceAsync(serviceNamespace, cancellationToken: token);
        V1EndpointSliceList slices = await client.DiscoveryV1.ListNamespacedEndpointSliceAsync(serviceNamespace, cancellationToken: token);
        HashSet<string> ready = [.. slices.Items
            .Where(slice => slice.Endpoints?.Any(endpoint => endpoint.Conditions?.Ready == true) == true)
            .Select(slice => slice.Metadata.Labels[ClusterNames.ServiceNameLabel])];
        int rules = services.Items.Where(service => ready.Contains(service.Metadata.Name)).Sum(service => service.Spec.Ports.Count);
        return rules - (Behind.Count > 1 ? Behind.Dequeue() : Behind.Peek());
    }
}
