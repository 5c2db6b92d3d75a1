using CliWrap;
using CliWrap.Buffered;
using k8s;
using Plumbline.Pipeline.Tests;

namespace Plumbline.Cluster.Tests;

/// <summary>The worker as a process, told by its environment that its target is a cluster.</summary>
public sealed class Program_specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_finds_the_cluster_by_a_kubeconfig_and_removes_what_an_earlier_life_left_before_anything_else()
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

        await Waiting.UntilAsync(async () => (await view.Client.CoreV1.ListNamespaceAsync(labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items.Count == 0);
        await view.AssertNothingLeftAsync();
        await Waiting.UntilAsync(() => Task.FromResult(worker.Output.Contains($"removed namespace plumbline-{leftover:N}", StringComparison.Ordinal)));
        Assert.Equal(0, await worker.StopAsync());
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_what_it_is_not_ready_for_and_is_waited_for()
    {
        string config = await WriteKubeConfigAsync($"http://127.0.0.1:{Ports.Free()}");
        await using Worker worker = Worker.Start("service-scaler", new Dictionary<string, string>(Settings) { ["PLUMBLINE_CLUSTER__KUBECONFIG"] = config });

        await Waiting.UntilAsync(() => Task.FromResult(
            worker.Output.Contains("PLUMBLINE_CLUSTER__KUBECONFIG: the cluster\\u0027s API server does not answer: Connection refused", StringComparison.Ordinal)));
        Assert.False(worker.HasExited);
    }

    [Theory]
    [InlineData("SCALER__TARGET", "nowhere", "must be lab or cluster")]
    [InlineData("CLUSTER__KUBECONFIG", "/nowhere/config", "there is no file /nowhere/config")]
    [InlineData("CLUSTER__PIPELINE", "a/b", "may have letters, digits, '.', '_' and '-'")]
    [InlineData("CLUSTER__ECHOPORT", "70000", "must be between 1 and 65535")]
    [InlineData("CLUSTER__ECHOSELECTOR", "", "must be set")]
    public async Task A_setting_that_is_wrong_is_named_and_nothing_is_begun(string variable, string value, string message)
    {
        Assert.Equal((2, $"service-scaler: PLUMBLINE_{variable}: {message}\n"), await RunAsync(variable, value));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("apiVersion: v1\nkind: Config\ncurrent-context: none\n")]
    [InlineData("apiVersion: [")]
    public async Task A_kubeconfig_that_names_no_cluster_is_a_setting_that_is_wrong(string content)
    {
        string path = _folder.File("config");
        await File.WriteAllTextAsync(path, content, Token);

        (int code, string error) = await RunAsync("CLUSTER__KUBECONFIG", path);

        Assert.Equal(2, code);
        Assert.StartsWith($"service-scaler: PLUMBLINE_CLUSTER__KUBECONFIG: {path} names no cluster: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>Nobody is the broker: the worker waits for one.</summary>
    private static Dictionary<string, string> Settings => new()
    {
        ["PLUMBLINE_SCALER__TARGET"] = "cluster",
        ["PLUMBLINE_BROKER__HOST"] = "127.0.0.1",
        ["PLUMBLINE_BROKER__PORT"] = "1",
        ["PLUMBLINE_BROKER__USERNAME"] = "guest",
        ["PLUMBLINE_BROKER__PASSWORD"] = "guest",
        ["PLUMBLINE_HEALTH__PORT"] = "0",
    };

    private static async Task<(int Code, string Error)> RunAsync(string variable, string value)
    {
        Dictionary<string, string?> settings = new(Settings.Select(each => KeyValuePair.Create(each.Key, (string?)each.Value))) { [$"PLUMBLINE_{variable}"] = value };
        BufferedCommandResult run = await CliWrap.Cli.Wrap(Worker.Program("service-scaler"))
            .WithEnvironmentVariables(settings)
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Token);
        return (run.ExitCode, run.StandardError);
    }

    private async Task<string> WriteKubeConfigAsync(string host)
    {
        string path = _folder.File("config");
        await File.WriteAllTextAsync(
            path,
            $$$"""
            apiVersion: v1
            kind: Config
            current-context: double
            clusters: [{name: double, cluster: {server: "{{{host}}}"}}]
            users: [{name: nobody, user: {token: none}}]
            contexts: [{name: double, context: {cluster: double, user: nobody}}]
            """,
            Token);
        return path;
    }
}
