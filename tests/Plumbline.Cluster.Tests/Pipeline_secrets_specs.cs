using System.Text;
using CliWrap;
using CliWrap.Buffered;
using k8s;
using k8s.Models;
using Plumbline.Pipeline.Tests;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

public sealed class Pipeline_secrets_specs : IAsyncLifetime
{
    private const string Pipeline = "plumbline";
    private const string Probes = "plumbline-probes";

    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;
    private ApiServer _api = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync();
        _view = new ClusterView(_server);
        _api = new ApiServer(new Kubernetes(_server.Configuration));
        foreach (string each in (string[])[Pipeline, Probes])
        {
            await _view.Client.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = each } }, cancellationToken: Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Every_password_differs_and_the_probes_get_only_the_brokers()
    {
        Assert.Equal(
            [
                "made Secret plumbline/broker",
                "made Secret plumbline-probes/broker",
                "made Secret plumbline/postgres",
                "made Secret plumbline/grafana",
            ],
            await MakeAsync());

        string broker = await ReadAsync(Pipeline, "broker", "password");
        string[] passwords =
        [
            broker,
            await ReadAsync(Pipeline, "postgres", "password"),
            await ReadAsync(Pipeline, "grafana", "admin-password"),
            await ReadAsync(Pipeline, "grafana", "postgres-password"),
        ];
        Assert.All(passwords, each => Assert.Matches("^[0-9a-f]{48}$", each));
        Assert.Equal(4, passwords.Distinct().Count());
        Assert.Equal(
            $"default_user = plumbline\ndefault_pass = {broker}\n", await ReadAsync(Pipeline, "broker", "user.conf"));
        V1Secret only = Assert.Single(
            (await _view.Client.CoreV1.ListNamespacedSecretAsync(Probes, cancellationToken: Token)).Items);
        Assert.Equal(broker, Encoding.UTF8.GetString(Assert.Single(only.Data).Value));
    }

    [Fact]
    public async Task Existing_Secrets_are_kept()
    {
        await MakeAsync();
        string before = await ReadAsync(Pipeline, "postgres", "password");

        Assert.All(await MakeAsync(), line => Assert.StartsWith("kept Secret ", line, StringComparison.Ordinal));
        Assert.Equal(before, await ReadAsync(Pipeline, "postgres", "password"));
    }

    [Fact]
    public async Task A_run_that_was_interrupted_between_the_namespaces_continues_with_the_same_password()
    {
        _server.OnRequest = request =>
        {
            if (request is { Verb: "create", Namespace: Probes })
            {
                throw ApiFailure.Forbidden("not yet");
            }
        };
        await Assert.ThrowsAsync<ApiException>(MakeAsync);
        _server.OnRequest = _ => { };

        Assert.Equal("kept Secret plumbline/broker", (await MakeAsync())[0]);
        Assert.Equal(await ReadAsync(Pipeline, "broker", "password"), await ReadAsync(Probes, "broker", "password"));
    }

    [Fact]
    public async Task A_Secret_without_a_password_is_named_and_nothing_is_made()
    {
        await _view.Client.CoreV1.CreateNamespacedSecretAsync(
            new V1Secret { Metadata = new V1ObjectMeta { Name = "broker" } }, Pipeline, cancellationToken: Token);

        ClusterRefusedException refused = await Assert.ThrowsAsync<ClusterRefusedException>(MakeAsync);

        Assert.Equal(
            "Secret plumbline/broker has no password: delete it, and run this again to make a new one",
            refused.Message);
        Assert.Single((await _view.Client.CoreV1.ListSecretForAllNamespacesAsync(cancellationToken: Token)).Items);
    }

    [Fact]
    public async Task The_program_makes_Secrets_and_shows_no_password()
    {
        BufferedCommandResult made = await RunAsync(Pipeline, Probes);

        Assert.Equal((0, ""), (made.ExitCode, made.StandardError));
        Assert.StartsWith("made Secret plumbline/broker\n", made.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain(
            await ReadAsync(Pipeline, "broker", "password"), made.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_program_names_a_missing_permission_and_a_missing_argument()
    {
        _server.Denied.Add(("create", "secrets"));
        BufferedCommandResult forbidden = await RunAsync(Pipeline, Probes);
        Assert.Equal(1, forbidden.ExitCode);
        Assert.StartsWith(
            "service-scaler: cannot create Secret plumbline/broker: ",
            forbidden.StandardError,
            StringComparison.Ordinal);
        Assert.Contains("secrets is forbidden", forbidden.StandardError, StringComparison.Ordinal);

        BufferedCommandResult untold = await RunAsync(Pipeline);
        Assert.Equal(
            (2, "service-scaler: make-secrets needs two namespaces: the pipeline's, and that of node-probe and "
                + "rtt-probe\n"),
            (untold.ExitCode, untold.StandardError));
    }

    private Task<IReadOnlyList<string>> MakeAsync() => new PipelineSecrets(_api).MakeAsync(Pipeline, Probes, Token);

    private async Task<string> ReadAsync(string inNamespace, string name, string key) =>
        Encoding.UTF8.GetString(
            (await _view.Client.CoreV1.ReadNamespacedSecretAsync(
                name, inNamespace, cancellationToken: Token)).Data[key]);

    private async Task<BufferedCommandResult> RunAsync(params string[] namespaces)
    {
        using TemporaryFolder folder = new();
        string path = folder.File("config");
        await File.WriteAllTextAsync(path, KubeConfig.Of(_server.Configuration.Host), Token);
        return await CliWrap.Cli.Wrap(Worker.Program("service-scaler")).WithArguments(["make-secrets", .. namespaces])
            .WithEnvironmentVariables(variables => variables.Set("KUBECONFIG", path))
                .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Token);
    }
}
