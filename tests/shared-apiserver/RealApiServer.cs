using System.Diagnostics;
using System.Security.Cryptography;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Plumbline.Tests;

/// <summary>
/// A real kube-apiserver with its etcd on loopback, from the folder that KUBEBUILDER_ASSETS names (the convention of
/// controller-runtime's envtest). There is no controller manager: this class empties and finalizes terminating
/// namespaces.
/// </summary>
internal sealed class RealApiServer : ITestedApiServer
{
    private const string Token = "test-admin-token";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(200);

    private readonly TemporaryFolder _folder = new();
    private readonly CancellationTokenSource _end = new();
    private readonly List<Process> _processes = [];
    private readonly int _port = Ports.Free();
    private Task _controller = Task.CompletedTask;

    /// <summary>Null when it is not set.</summary>
    public static string? Assets => Environment.GetEnvironmentVariable("KUBEBUILDER_ASSETS") is { Length: > 0 } folder
        && File.Exists(Path.Combine(folder, "kube-apiserver")) && File.Exists(Path.Combine(folder, "etcd"))
            ? folder
            : null;

    public KubernetesClientConfiguration Configuration => new()
    {
        Host = $"https://127.0.0.1:{_port}",
        AccessToken = Token,
        SkipTlsVerify = true,
    };

    public IEnumerable<int> ProcessIds => _processes.Select(each => each.Id);

    public static async Task<RealApiServer> StartAsync(string serviceCidr = "10.96.0.0/16")
    {
        RealApiServer server = new();
        try
        {
            await server.BeginAsync(Assets!, serviceCidr);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _controller;
        foreach (Process each in Enumerable.Reverse(_processes))
        {
            each.Kill();
            await each.WaitForExitAsync();
            each.Dispose();
        }

        _folder.Dispose();
        _end.Dispose();
    }

    private async Task BeginAsync(string assets, string serviceCidr)
    {
        int etcd = Ports.Free();
        int peers = Ports.Free();
        Start(
            Path.Combine(assets, "etcd"),
            $"--data-dir={_folder.File("etcd")}",
            $"--listen-client-urls=http://127.0.0.1:{etcd}",
            $"--advertise-client-urls=http://127.0.0.1:{etcd}",
            $"--listen-peer-urls=http://127.0.0.1:{peers}", "--unsafe-no-fsync", "--log-level=error");

        using (RSA key = RSA.Create(2048))
        {
            await File.WriteAllTextAsync(_folder.File("account.key"), key.ExportRSAPrivateKeyPem());
        }

        await File.WriteAllTextAsync(_folder.File("tokens.csv"), $"{Token},admin,admin,system:masters\n");
        Start(
            Path.Combine(assets, "kube-apiserver"),
            $"--etcd-servers=http://127.0.0.1:{etcd}",
            "--bind-address=127.0.0.1",
            "--advertise-address=127.0.0.1",
            $"--secure-port={_port}",
            $"--cert-dir={_folder.File("certificates")}",
            $"--service-account-key-file={_folder.File("account.key")}",
            $"--service-account-signing-key-file={_folder.File("account.key")}",
            "--service-account-issuer=https://kubernetes.default.svc",
            $"--token-auth-file={_folder.File("tokens.csv")}",
            "--authorization-mode=RBAC",
            $"--service-cluster-ip-range={serviceCidr}",
            "--disable-admission-plugins=ServiceAccount",
            "--allow-privileged=true");

        using Kubernetes client = new(Configuration);
        using CancellationTokenSource patience = new(s_patience);
        while (!await IsReadyAsync(client, patience.Token))
        {
            await Task.Delay(s_period, patience.Token);
        }

        _controller = EndNamespacesAsync(_end.Token);
    }

    private static async Task<bool> IsReadyAsync(Kubernetes client, CancellationToken token)
    {
        try
        {
            await client.CoreV1.ReadNamespaceAsync("kube-system", cancellationToken: token);
            return true;
        }
        catch (Exception exception) when (exception is HttpRequestException or HttpOperationException)
        {
            return false;
        }
    }

    private async Task EndNamespacesAsync(CancellationToken token)
    {
        using Kubernetes client = new(Configuration);
        while (!token.IsCancellationRequested)
        {
            try
            {
                foreach (V1Namespace each in (await client.CoreV1.ListNamespaceAsync(
                    cancellationToken: token)).Items.Where(each => each.Metadata.DeletionTimestamp is not null))
                {
                    await client.CoreV1.DeleteCollectionNamespacedServiceAsync(
                        each.Metadata.Name, cancellationToken: token);
                    await client.DiscoveryV1.DeleteCollectionNamespacedEndpointSliceAsync(
                        each.Metadata.Name, cancellationToken: token);
                    await client.CoreV1.DeleteCollectionNamespacedConfigMapAsync(
                        each.Metadata.Name, cancellationToken: token);
                    await client.AppsV1.DeleteCollectionNamespacedDaemonSetAsync(
                        each.Metadata.Name, cancellationToken: token);
                    await client.CoreV1.DeleteCollectionNamespacedPodAsync(
                        each.Metadata.Name, gracePeriodSeconds: 0, cancellationToken: token);
                    each.Spec.Finalizers = [];
                    await client.CoreV1.ReplaceNamespaceFinalizeAsync(
                        each, each.Metadata.Name, cancellationToken: token);
                }

                await Task.Delay(s_period, token);
            }
            catch (Exception exception)
                when (exception is HttpOperationException or HttpRequestException or OperationCanceledException)
            {
                // Another was faster, or the test ends.
            }
        }
    }

    private void Start(string program, params string[] arguments)
    {
        // In its own session, so that Ctrl-C reaches only us; we end it.
        ProcessStartInfo start = new("setsid") { RedirectStandardInput = true };
        foreach (string each in (string[])["sh", "-c", "exec \"$0\" \"$@\" >\"$LOG\" 2>&1", program, .. arguments])
        {
            start.ArgumentList.Add(each);
        }

        start.Environment["LOG"] = _folder.File($"{Path.GetFileName(program)}.log");
        _processes.Add(Process.Start(start)!);
    }
}
