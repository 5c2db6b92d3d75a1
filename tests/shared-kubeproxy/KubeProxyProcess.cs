using System.Diagnostics;
using System.Net.Sockets;
using Plumbline.Linux;

namespace Plumbline.Tests;

/// <summary>A real kube-proxy in a node's namespace, from the folder that KUBEBUILDER_ASSETS names.</summary>
internal sealed class KubeProxyProcess : IAsyncDisposable
{
    /// <summary>Both on the node's loopback, as with kubeadm.</summary>
    public const int MetricsPort = 10249;

    public const int HealthPort = 10256;

    private readonly Process _process;
    private readonly KubeNode _node;
    private readonly string _log;

    private KubeProxyProcess(Process process, KubeNode node, string log) =>
        (_process, _node, _log) = (process, node, log);

    /// <summary>Null when there is none.</summary>
    public static string? Program =>
        RealApiServer.Assets is { } assets && File.Exists(Path.Combine(assets, "kube-proxy"))
            ? Path.Combine(assets, "kube-proxy")
            : null;

    /// <param name="tools">A folder with the node's `iptables` and related tools.</param>
    /// <param name="kubeconfig">Path of a kubeconfig whose server the node reaches.</param>
    /// <param name="mode">iptables or nftables.</param>
    /// <param name="log">Path of its log; overwritten.</param>
    public static KubeProxyProcess Start(KubeNode node, string tools, string kubeconfig, string mode, string log)
    {
        // In its own session, so that Ctrl-C reaches only us; we end it.
        ProcessStartInfo start = new("setsid") { RedirectStandardInput = true };
        foreach (string each in (string[])
        [
            "ip", "netns", "exec", node.Namespace.Name!, "sh", "-c", "exec \"$0\" \"$@\" >\"$LOG\" 2>&1",
            Program!,
            $"--kubeconfig={kubeconfig}",
            $"--proxy-mode={mode}",
            $"--hostname-override={node.Name}",
            $"--cluster-cidr={KubeNode.ClusterCidr}",
            $"--metrics-bind-address=127.0.0.1:{MetricsPort}", $"--healthz-bind-address=127.0.0.1:{HealthPort}",
            // This node must not set the whole machine's conntrack limits and timeouts.
            "--conntrack-max-per-core=0",
            "--conntrack-min=0",
            "--conntrack-tcp-timeout-established=0",
            "--conntrack-tcp-timeout-close-wait=0",
        ])
        {
            start.ArgumentList.Add(each);
        }

        start.Environment["LOG"] = log;
        start.Environment["PATH"] = $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
        return new KubeProxyProcess(Process.Start(start)!, node, log);
    }

    /// <summary>
    /// The answer of its metrics port, for example to <c>/proxyMode</c> and <c>/metrics</c>; null while it does not
    /// answer.
    /// </summary>
    public async Task<string?> GetAsync(string path, CancellationToken token)
    {
        if (_process.HasExited)
        {
            Assert.Fail(
                $"kube-proxy of {_node.Name} has ended:\n{string.Join('\n', File.ReadLines(_log).TakeLast(20))}");
        }

        using SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (context, attempt) =>
            {
                Socket socket = await _node.Namespace.RunAsync(
                    () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                try
                {
                    await socket.ConnectAsync(context.DnsEndPoint, attempt);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        using HttpClient client = new(handler);
        try
        {
            return await client.GetStringAsync(new Uri($"http://127.0.0.1:{MetricsPort}{path}"), token);
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Kills it; its rules stay.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
