using CliWrap;
using CliWrap.Buffered;
using k8s;
using Plumbline.Pipeline.Tests;

namespace Plumbline.Cluster.Tests;

/// <summary>The worker as a process whose environment sets the target to a cluster.</summary>
public sealed class Program_specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_finds_the_cluster_by_a_kubeconfig_and_first_removes_leftovers()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using ClusterView view = new(server);
        await view.StartEchoWorkersAsync(1);
        Guid leftover = Guid.NewGuid();
        using (ScalerLife earlier = new(server))
        {
            await earlier.Cluster.ScaleAsync(ScalerLife.Step(leftover, 1, 30), Token);
            await earlier.Lease.ReleaseAsync(leftover, Token);
        }

        await using Worker worker = Worker.Start("service-scaler", new Dictionary<string, string>(Settings)
        {
            ["PLUMBLINE_CLUSTER__KUBECONFIG"] = await WriteKubeConfigAsync(server.Configuration.Host),
        });

        await Waiting.UntilAsync(
            async () =>
                (await view.Client.CoreV1.ListNamespaceAsync(
                    labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items.Count == 0);
        await view.AssertNothingLeftAsync();
        await Waiting.UntilAsync(
            () =>
                Task.FromResult(
                    worker.Output.Contains($"removed namespace plumbline-{leftover:N}", StringComparison.Ordinal)));
        Assert.Equal(0, await worker.StopAsync());
    }

    [Fact]
    public async Task It_is_not_ready_while_the_cluster_does_not_answer_and_waits_for_it()
    {
        string config = await WriteKubeConfigAsync($"http://127.0.0.1:{Ports.Free()}");
        await using Worker worker = Worker.Start(
            "service-scaler", new Dictionary<string, string>(Settings) { ["PLUMBLINE_CLUSTER__KUBECONFIG"] = config });

        await Waiting.UntilAsync(() => Task.FromResult(
            worker.Output.Contains(
                "PLUMBLINE_CLUSTER__KUBECONFIG: the cluster\\u0027s API server does not answer: Connection refused",
                StringComparison.Ordinal)));
        Assert.False(worker.HasExited);
    }

    [Fact]
    public async Task An_unknown_target_is_named() =>
        Assert.Equal(
            ["service-scaler: PLUMBLINE_SCALER__TARGET: must be lab or cluster"],
            await RunInVainAsync(("SCALER__TARGET", "nowhere")));

    [Fact]
    public async Task Every_wrong_setting_is_named_and_nothing_starts() => Assert.Equal(
        [
            "service-scaler: PLUMBLINE_CLUSTER__ECHOPORT: must be between 1 and 65535",
            "service-scaler: PLUMBLINE_CLUSTER__ECHOSELECTOR: must be set",
            "service-scaler: PLUMBLINE_CLUSTER__KUBECONFIG: there is no file /nowhere/config",
            "service-scaler: PLUMBLINE_CLUSTER__PIPELINE: may have letters, digits, '.', '_' and '-'",
        ],
        await RunInVainAsync(
            ("CLUSTER__KUBECONFIG", "/nowhere/config"),
            ("CLUSTER__PIPELINE", "a/b"),
            ("CLUSTER__ECHOPORT", "70000"),
            ("CLUSTER__ECHOSELECTOR", "")));

    [Theory]
    [InlineData("hello")]
    [InlineData("apiVersion: v1\nkind: Config\ncurrent-context: none\n")]
    public async Task A_kubeconfig_that_names_no_cluster_is_a_wrong_setting(string content)
    {
        string path = _folder.File("config");
        await File.WriteAllTextAsync(path, content, Token);

        string[] lines = await RunInVainAsync(("CLUSTER__KUBECONFIG", path));

        Assert.StartsWith(
            $"service-scaler: PLUMBLINE_CLUSTER__KUBECONFIG: {path} names no cluster: ",
            lines[0],
            StringComparison.Ordinal);
        Assert.DoesNotContain(lines, line => line.StartsWith("   at ", StringComparison.Ordinal));
    }

    /// <summary>There is no broker: the worker waits for one.</summary>
    private static Dictionary<string, string> Settings => new()
    {
        ["PLUMBLINE_SCALER__TARGET"] = "cluster",
        ["PLUMBLINE_BROKER__HOST"] = "127.0.0.1",
        ["PLUMBLINE_BROKER__PORT"] = "1",
        ["PLUMBLINE_BROKER__USERNAME"] = "guest",
        ["PLUMBLINE_BROKER__PASSWORD"] = "guest",
        ["PLUMBLINE_HEALTH__PORT"] = "0",
    };

    /// <summary>Its messages about wrong settings, sorted, before it exits with 2.</summary>
    private static async Task<string[]> RunInVainAsync(params (string Variable, string Value)[] wrong)
    {
        Dictionary<string, string?> settings = new(
            Settings.Select(each => KeyValuePair.Create(each.Key, (string?)each.Value)));
        foreach ((string variable, string value) in wrong)
        {
            settings[$"PLUMBLINE_{variable}"] = value;
        }

        BufferedCommandResult run = await CliWrap.Cli.Wrap(Worker.Program("service-scaler"))
            .WithEnvironmentVariables(settings)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Token);
        Assert.Equal(2, run.ExitCode);
        return [.. run.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }

    private async Task<string> WriteKubeConfigAsync(string host)
    {
        string path = _folder.File("config");
        await File.WriteAllTextAsync(path, KubeConfig.Of(host), Token);
        return path;
    }
}
