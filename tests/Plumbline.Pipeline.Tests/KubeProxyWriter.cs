using k8s;
using k8s.Models;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Plumbline.DataPlanes.Nftables;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// Stands in for the kube-proxies of nodes that are namespaces: writes all rules anew, as old kube-proxies do, whenever Services or their
/// endpoints are others than before.
/// </summary>
internal sealed class KubeProxyWriter : IAsyncDisposable
{
    private const string Anew = "add table ip kube-proxy\ndelete table ip kube-proxy\n";

    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);
    private static readonly KubeProxyNetwork s_network =
        new() { ServiceCidr = "10.96.0.0/16", PodCidr = KubeNode.ClusterCidr, NodeIp = "10.200.1.2" };

    private readonly Kubernetes _client;
    private readonly IReadOnlyList<KubeNode> _nodes;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;

    public KubeProxyWriter(KubernetesClientConfiguration configuration, IReadOnlyList<KubeNode> nodes)
    {
        (_client, _nodes) = (new Kubernetes(configuration), nodes);
        _work = WorkAsync(_end.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _work.ContinueWith(_ => { }, TaskScheduler.Default);
        _client.Dispose();
        _end.Dispose();
    }

    private async Task WorkAsync(CancellationToken token)
    {
        string? written = null;
        while (true)
        {
            string text = await TextAsync(token);
            if (text != written)
            {
                foreach (KubeNode node in _nodes)
                {
                    await Tool.RunAsync(node.Namespace, "nft", ["-f", "-"], writer => writer.Write(text), token);
                }

                written = text;
            }

            await Task.Delay(s_period, token);
        }
    }

    private async Task<string> TextAsync(CancellationToken token)
    {
        V1ServiceList services = await _client.CoreV1.ListServiceForAllNamespacesAsync(cancellationToken: token);
        V1EndpointSliceList slices =
            await _client.DiscoveryV1.ListEndpointSliceForAllNamespacesAsync(cancellationToken: token);
        Dictionary<string, V1EndpointSlice> byService = slices.Items.ToDictionary(
            each => $"{each.Metadata.NamespaceProperty}/{each.Metadata.Labels["kubernetes.io/service-name"]}");
        ServicePort[] ports =
        [
            .. from service in services.Items
               where byService.ContainsKey($"{service.Metadata.NamespaceProperty}/{service.Metadata.Name}")
               let slice = byService[$"{service.Metadata.NamespaceProperty}/{service.Metadata.Name}"]
               from port in service.Spec.Ports
               select new ServicePort(
                   service.Metadata.NamespaceProperty,
                   service.Metadata.Name,
                   port.Name,
                   Ipv4.Parse(service.Spec.ClusterIP),
                   port.Port,
                   port.Protocol == "UDP" ? ServiceProtocol.Udp : ServiceProtocol.Tcp,
                   [.. slice.Endpoints.Select(each => new Endpoint(Ipv4.Parse(each.Addresses[0]), slice.Ports[0].Port!.Value))]),
        ];
        using StringWriter writer = new() { NewLine = "\n" };
        await writer.WriteAsync(Anew);
        NftablesRules.WriteNft(writer, ports, s_network, NftablesDialect.V136, _ => true);
        return writer.ToString();
    }
}
