using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Paths.Cluster;

/// <summary>
/// What kube-proxy reports on its metrics port, by default on the node's loopback. Names are as in pkg/proxy/metrics of
/// Kubernetes. Since 1.34 they have a label ip_family, and only the IPv4 values are read here.
/// </summary>
public sealed partial class KubeProxyMetrics(NetworkNamespace node, IPEndPoint port) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client = new(
        new SocketsHttpHandler { ConnectCallback = (_, token) => ConnectAsync(node, port, token) })
    {
        BaseAddress = new Uri($"http://{port}"),
        Timeout = s_patience,
    };

    /// <summary>Null when nothing answers there.</summary>
    public async Task<KubeProxyReading?> ReadAsync(CancellationToken token)
    {
        try
        {
            string metrics = await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative), token);
            string mode = await _client.GetStringAsync(new Uri("/proxyMode", UriKind.Relative), token);
            return Parse(metrics) with { Mode = mode.Trim() is { Length: > 0 and < 20 } known ? known : null };
        }
        catch (Exception exception) when (
            exception is HttpRequestException or IOException or TaskCanceledException && !token.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _client.Dispose();

    /// <param name="metrics">In Prometheus' text format.</param>
    public static KubeProxyReading Parse(string metrics)
    {
        double? syncs = Value(metrics, "kubeproxy_sync_proxy_rules_duration_seconds_count");
        return new KubeProxyReading
        {
            Version = BuildVersion().Match(metrics) is { Success: true } found ? found.Groups[1].Value : null,
            Syncs = (long?)syncs,
            SyncSeconds = Value(metrics, "kubeproxy_sync_proxy_rules_duration_seconds_sum"),
            LastSyncUnixSeconds = Value(metrics, "kubeproxy_sync_proxy_rules_last_timestamp_seconds"),
        };
    }

    private static double? Value(string metrics, string name)
    {
        foreach (Match line in Regex.Matches(metrics, $@"^{name}(?:\{{([^}}]*)\}})? (\S+)$", RegexOptions.Multiline))
        {
            (string labels, string text) = (line.Groups[1].Value, line.Groups[2].Value);
            if (!labels.Contains("ip_family=\"IPv6\"", StringComparison.Ordinal)
                && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                return value;
            }
        }

        return null;
    }

    private static async ValueTask<Stream> ConnectAsync(NetworkNamespace node, IPEndPoint port, CancellationToken token)
    {
        Socket socket = await node.RunAsync(() =>
            new Socket(port.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true });
        try
        {
            await socket.ConnectAsync(port, token);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [GeneratedRegex(@"^kubernetes_build_info\{[^}]*git_version=""([^""]+)""", RegexOptions.Multiline)]
    private static partial Regex BuildVersion();
}
