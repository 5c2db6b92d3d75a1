using Plumbline.Tests;

namespace Plumbline.Pipeline.Tests;

/// <summary>The pipeline in a cluster.</summary>
internal sealed partial class Pipeline
{
    /// <summary>
    /// Starts scheduler, aggregator and service-scaler, and a node-probe and an rtt-probe in each node's namespace.
    /// </summary>
    public static async Task<Pipeline> StartInClusterAsync(string kubeConfig, IReadOnlyList<KubeNode> nodes)
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root for network namespaces, rules and BPF");
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        Pipeline pipeline = new(broker, await broker.CreateVirtualHostAsync(), PostgresServer.CreateDatabase());
        pipeline._settings["PLUMBLINE_SCALER__TARGET"] = "cluster";
        pipeline._settings["PLUMBLINE_CLUSTER__KUBECONFIG"] = kubeConfig;
        pipeline._settings["PLUMBLINE_CLUSTER__ECHONAMESPACE"] = ClusterObjects.EchoNamespace;
        List<string> queues = ["scheduler", "service-scaler", "aggregator", Requests];
        foreach (string worker in (string[])["scheduler", "service-scaler", "aggregator"])
        {
            pipeline.Start(worker);
        }

        foreach (KubeNode node in nodes)
        {
            pipeline._relays.Add(await NamespaceRelay.StartAsync(node.Namespace, broker.Port));
            pipeline.StartOnNode("node-probe", node);
            pipeline.StartOnNode("rtt-probe", node);
            queues.AddRange([$"node-probe-{node.Name}", $"rtt-probe-{node.Name}", $"node-questions-{node.Name}"]);
        }

        await pipeline.WaitForQueuesAsync(queues);
        return pipeline;
    }

    /// <summary>Kills the node's worker and starts it again.</summary>
    public async Task KillAndRestartOnNodeAsync(string worker, KubeNode node)
    {
        await _workers[$"{worker} of {node.Name}"].KillAsync();
        StartOnNode(worker, node);
    }

    public void StartOnNode(string worker, KubeNode node) => _workers[$"{worker} of {node.Name}"] = Worker.Start(
        worker,
        new Dictionary<string, string>(_settings)
        {
            ["PLUMBLINE_BROKER__HOST"] = "127.0.0.1",
            ["PLUMBLINE_PROBE__NODE"] = node.Name,
        },
        node.Namespace.Name);
}
