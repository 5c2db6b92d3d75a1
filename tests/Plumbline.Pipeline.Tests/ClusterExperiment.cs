using System.Text.Json;
using Plumbline.Linux;
using Plumbline.Store;
using Plumbline.Store.Storage;
using k8s;
using k8s.Models;

namespace Plumbline.Pipeline.Tests;

/// <summary>Measures small experiments on a cluster's nodes, with an echo worker behind the Services.</summary>
internal sealed class ClusterExperiment : IAsyncDisposable
{
    /// <summary>Number of Services in the only step that has any.</summary>
    public const int Services = 30;

    private readonly TemporaryFolder _folder = new();
    private readonly Kubernetes _client;
    private readonly IReadOnlyList<KubeNode> _nodes;
    private readonly Worker _echo;

    private ClusterExperiment(KubernetesClientConfiguration configuration, IReadOnlyList<KubeNode> nodes)
    {
        (_client, _nodes) = (new Kubernetes(configuration), nodes);
        File.WriteAllText(
            _folder.File("kubeconfig"), KubeConfig.Of(configuration.Host, configuration.AccessToken ?? "none"));
        _echo = Worker.Start("echo-worker", new Dictionary<string, string>(), nodes[0].Pods.Name, "--health-port", "0");
    }

    public Pipeline Pipeline { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ClusterExperiment> StartAsync(
        KubernetesClientConfiguration configuration, IReadOnlyList<KubeNode> nodes)
    {
        ClusterExperiment experiment = new(configuration, nodes);
        experiment.Pipeline = await Pipeline.StartInClusterAsync(experiment._folder.File("kubeconfig"), nodes);
        return experiment;
    }

    /// <param name="fields">More fields of the specification, as JSON.</param>
    public async Task<Guid> RequestAsync(string fields)
    {
        string trials = fields.Contains("trials", StringComparison.Ordinal) ? "" : "\"builds\": 1, \"trials\": 1, ";
        JsonElement answer = await Pipeline.RequestAsync(
            $$"""
            {"spec": {"nodes": ["node-1", "node-2"], "services": [{{Services}}], "positions": ["last"], {{trials}}
             "packets": 200, "warmupPackets": 20, "ratePps": 200, "rttPacing": "ping-pong", "timeoutMs": 1000,
             "maxAttempts": 8, {{fields}} } }
            """);
        Assert.True(answer.GetProperty("accepted").GetBoolean(), answer.ToString());
        return answer.GetProperty("experimentId").GetGuid();
    }

    /// <summary>Measures an experiment to its end, asserts that nothing is left, and returns the results.</summary>
    /// <param name="during">Runs while it is measured.</param>
    public async Task<ExperimentResults> CompleteAsync(string fields, Func<Guid, Task> during)
    {
        Guid id = await RequestAsync(fields);
        await during(id);
        string state = await Pipeline.WaitForEndAsync(id);
        ExperimentResults results = Pipeline.Load(id);
        Assert.True(state == "completed", $"{state}: {results.Summary.Reason}\n{Pipeline.Logs()}");
        await AssertNothingLeftAsync();
        return results;
    }

    public async Task AssertNothingLeftAsync()
    {
        V1NamespaceList left =
            await _client.CoreV1.ListNamespaceAsync(labelSelector: "plumbline/experiment", cancellationToken: Token);
        Assert.Empty(left.Items);
        Assert.Empty(Directory.EnumerateFiles(NetworkNamespace.Folder, "plnode-*"));
        foreach (KubeNode node in _nodes)
        {
            Assert.DoesNotContain(
                "pl",
                await Tool.RunAsync(node.Namespace, "ip", ["-br", "link"], token: Token),
                StringComparison.Ordinal);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Pipeline is not null)
        {
            await Pipeline.DisposeAsync();
        }

        await _echo.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }
}
