using MassTransit;

namespace Plumbline.Cluster.Tests;

/// <summary>The doctor asks node-probe workers over a real broker. The test plays the workers.</summary>
public sealed class Cluster_doctor_rules_specs
{
    [Fact]
    public async Task Each_nodes_rules_are_shown_as_its_node_probe_reads_them_and_so_is_a_kube_proxy_that_contradicts()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        await cluster.AddWorkerAsync("node-probe", node: "node-b");
        await cluster.AddWorkerAsync("node-probe", node: "node-c");
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        string virtualHost = await broker.CreateVirtualHostAsync();
        IBusControl probes = Bus.Factory.CreateUsingRabbitMq(configurator =>
        {
            configurator.Host(broker.Host, (ushort)broker.Port, virtualHost, _ => { });
            configurator.ReceiveEndpoint(
                "node-questions",
                endpoint =>
                    endpoint.Handler<ReadNodeDataPlane>(context => context.RespondAsync(Read(context.Message.Node))));
        });
        await probes.StartAsync(TestContext.Current.CancellationToken);
        try
        {
            (int exitCode, string output) = await cluster.RunWithAsync(
                new Dictionary<string, string?>
                {
                    ["PLUMBLINE_BROKER__HOST"] = broker.Host,
                    ["PLUMBLINE_BROKER__PORT"] = $"{broker.Port}",
                    ["PLUMBLINE_BROKER__VIRTUALHOST"] = virtualHost,
                    ["PLUMBLINE_BROKER__USERNAME"] = "guest",
                    ["PLUMBLINE_BROKER__PASSWORD"] = "guest",
                },
                "doctor", "--cluster");

            Assert.Equal(0, exitCode);
            string[] rows =
                [.. output.Split('\n')
                    .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))];
            Assert.Contains($"ok broker RabbitMQ at {broker.Host}:{broker.Port} answers", rows);
            Assert.Contains(
                "ok rules of node-a nftables (as of 1.36), 1,204 Service rules; "
                + "kube-proxy v1.36.2 reports mode nftables",
                rows);
            Assert.Contains(
                "limited rules of node-b iptables-nft, 7 Service rules; nftables left chains without Services; "
                + "kube-proxy v1.36.2 reports mode nftables",
                rows);
            Assert.Contains("limited rules of node-c node node-c: nft is missing", rows);
        }
        finally
        {
            await probes.StopAsync(TestContext.Current.CancellationToken);
        }
    }

    private static NodeDataPlaneRead Read(string node) => node switch
    {
        "node-a" => new()
        {
            Node = node,
            DataPlane = Planes.Nftables,
            Dialect = NftablesDialect.V136,
            Rules = 1_204,
            Leftovers = [],
            KubeProxy = KubeProxy(),
        },
        "node-b" => new()
        {
            Node = node,
            DataPlane = Planes.IptablesNft,
            Rules = 7,
            Leftovers = [Planes.Nftables],
            KubeProxy = KubeProxy(),
        },
        _ => throw new InvalidOperationException("nft is missing"),
    };

    private static KubeProxyReading KubeProxy() => new() { Mode = "nftables", Version = "v1.36.2" };
}
