using CliWrap;
using CliWrap.Buffered;
using k8s;
using k8s.Models;
using Plumbline.Pipeline.Tests;

namespace Plumbline.Cluster.Tests;

/// <summary>
/// A cluster on the double of an API server: objects for nodes, kube-proxy and Plumbline's pods. Nothing runs.
/// </summary>
internal sealed class TestedCluster : IAsyncDisposable
{
    public static readonly IReadOnlyList<string> Workers =
        ["scheduler", "aggregator", "service-scaler", "echo-worker", "node-probe", "rtt-probe"];

    private readonly TemporaryFolder _folder = new();

    private TestedCluster(ApiServerDouble server)
    {
        Server = server;
        Client = new Kubernetes(((ITestedApiServer)server).Observer);
        KubeConfigFile = _folder.File("config");
        File.WriteAllText(KubeConfigFile, KubeConfig.Of(server.Configuration.Host));
    }

    public ApiServerDouble Server { get; }

    public Kubernetes Client { get; }

    public string KubeConfigFile { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TestedCluster> StartAsync() => new(await ApiServerDouble.StartAsync());

    /// <summary>A complete cluster with two nodes.</summary>
    public static async Task<TestedCluster> StartWholeAsync()
    {
        TestedCluster cluster = await StartAsync();
        await cluster.AddNodeAsync("node-a");
        await cluster.AddNodeAsync("node-b");
        await cluster.SetKubeProxyAsync("mode: nftables");
        await cluster.AddPodAsync(
            "kube-system", "kube-proxy-a", new() { ["k8s-app"] = "kube-proxy" }, "registry.k8s.io/kube-proxy:v1.36.2");
        await cluster.EnsureNamespaceAsync("plumbline");
        foreach (string worker in Workers)
        {
            await cluster.AddWorkerAsync(worker);
        }

        await cluster.AddFenceAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Runs the command line on it, without a broker.</summary>
    public Task<(int ExitCode, string Output)> RunAsync(params string[] arguments) =>
        RunAsync(KubeConfigFile, arguments);

    /// <summary>The same with more settings, such as a broker.</summary>
    public Task<(int ExitCode, string Output)> RunWithAsync(
        IReadOnlyDictionary<string, string?> settings,
        params string[] arguments) => RunAsync(KubeConfigFile, arguments, settings);

    /// <summary>The same with another kubeconfig.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(
        string kubeConfigFile, string[] arguments, IReadOnlyDictionary<string, string?>? settings = null)
    {
        BufferedCommandResult run = await CliWrap.Cli.Wrap(Worker.OutputOf("Cli", "plumbline")).WithArguments(arguments)
            .WithEnvironmentVariables(variables => variables
                .Set("PLUMBLINE_CLUSTER__KUBECONFIG", kubeConfigFile).Set("PLUMBLINE_BROKER__HOST", "127.0.0.1")
                    .Set("PLUMBLINE_BROKER__PORT", "1")
                .Set(settings ?? new Dictionary<string, string?>()))
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(Token);
        return (run.ExitCode, run.StandardOutput + run.StandardError);
    }

    public ClusterLease Lease(LeaseTerms? terms = null) =>
        new(new ApiServer(Client), terms ?? new LeaseTerms(), TimeProvider.System);

    /// <summary>Adds an experiment's namespace with a Service, as a service scaler makes them.</summary>
    public async Task AddExperimentAsync(Guid id)
    {
        await new ExperimentNamespace(new ApiServer(Client)).EnsureAsync(id, Token);
        await Client.CoreV1.CreateNamespacedServiceAsync(
            new V1Service
            {
                Metadata = new V1ObjectMeta { Name = "target-00000", Labels = ClusterNames.Labels(id) },
                Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 7000 }] },
            },
            ClusterNames.Namespace(id),
            cancellationToken: Token);
    }

    /// <summary>Names of experiments' namespaces.</summary>
    public async Task<IReadOnlyList<string>> NamespacesAsync() =>
        [.. (await Client.CoreV1.ListNamespaceAsync(
            labelSelector: ClusterNames.ExperimentLabel,
            cancellationToken: Token)).Items.Select(each => each.Metadata.Name)];

    public Task EnsureNamespaceAsync(string name) =>
        Client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: Token);

    public Task AddWorkerAsync(string name, V1PodStatus? status = null, string node = "node-a") => AddPodAsync(
        "plumbline", $"{name}-on-{node}", new()
        {
            ["app.kubernetes.io/part-of"] = "plumbline",
            ["app.kubernetes.io/name"] = name,
        }, $"plumbline/{name}:0.1.0", name, status, node);

    public Task RemoveWorkerAsync(string name) =>
        Client.CoreV1.DeleteNamespacedPodAsync($"{name}-on-node-a", "plumbline", cancellationToken: Token);

    public Task AddNodeAsync(string name, bool isReady = true, string kernel = "6.12.43") =>
        Client.CoreV1.CreateNodeAsync(
        new V1Node
        {
            Metadata = new V1ObjectMeta { Name = name },
            Status = new V1NodeStatus
            {
                Conditions = [new V1NodeCondition { Type = "Ready", Status = isReady ? "True" : "False" }],
                NodeInfo = new V1NodeSystemInfo
                {
                    KernelVersion =
                        kernel, OperatingSystem =
                            "linux", Architecture =
                                "amd64", BootID =
                                    "", ContainerRuntimeVersion =
                                        "", KubeProxyVersion =
                                            "", KubeletVersion = "", MachineID = "", OsImage = "", SystemUUID = "",
                },
            },
        },
        cancellationToken: Token);

    public Task SetKubeProxyAsync(string settings) => Client.CoreV1.CreateNamespacedConfigMapAsync(
        new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Name = "kube-proxy" },
            Data = new Dictionary<string, string> { ["config.conf"] = settings },
        }, "kube-system", cancellationToken: Token);

    private async Task AddFenceAsync()
    {
        const string name = "plumbline-service-scaler";
        V1ObjectMeta metadata = new() { Name = name };
        await Client.AdmissionregistrationV1.CreateValidatingAdmissionPolicyAsync(
            new V1ValidatingAdmissionPolicy { Metadata = metadata, Spec = new V1ValidatingAdmissionPolicySpec() },
            cancellationToken: Token);
        await Client.AdmissionregistrationV1.CreateValidatingAdmissionPolicyBindingAsync(
            new V1ValidatingAdmissionPolicyBinding
            {
                Metadata = metadata,
                Spec = new V1ValidatingAdmissionPolicyBindingSpec { PolicyName = name, ValidationActions = ["Deny"] },
            }, cancellationToken: Token);
    }

    private async Task AddPodAsync(
        string inNamespace,
        string name,
        Dictionary<string, string> labels,
        string image,
        string? account = null,
        V1PodStatus? status = null,
        string node = "node-a")
    {
        V1Pod pod = await Client.CoreV1.CreateNamespacedPodAsync(
            new V1Pod
            {
                Metadata = new V1ObjectMeta { Name = name, Labels = labels },
                Spec = new V1PodSpec
                {
                    NodeName = node,
                    ServiceAccountName = account,
                    Containers = [new V1Container { Name = "only", Image = image }],
                },
            },
            inNamespace,
            cancellationToken: Token);
        pod.Status = status
            ?? new V1PodStatus
            {
                Phase = "Running",
                Conditions = [new V1PodCondition { Type = "Ready", Status = "True" }],
            };
        await Client.CoreV1.ReplaceNamespacedPodStatusAsync(pod, name, inNamespace, cancellationToken: Token);
    }
}
