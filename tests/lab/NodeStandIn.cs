using System.Text.RegularExpressions;
using Plumbline.EchoWorker.Lab;
using Plumbline.Linux;
using Plumbline.DataPlanes;
using Xunit;

namespace Plumbline.Tests;

/// <summary>
/// A network namespace as a cluster's node, and a second one with pods' addresses. The device between them has the
/// node's whole podCIDR, as a bridge has. No probe runs there.
/// </summary>
internal sealed partial class NodeStandIn : IAsyncDisposable
{
    public const string Name = "node-1";
    public const string PodCidr = "10.244.0.0/24";

    private const int FirstPod = 11;
    private const int Pods = 7;

    private static int s_created;

    private readonly IAsyncDisposable _echo;

    private NodeStandIn(NetworkNamespace node, NetworkNamespace pods, IAsyncDisposable echo) =>
        (Node, PodNamespace, _echo) = (node, pods, echo);

    public NetworkNamespace Node { get; }

    public NetworkNamespace PodNamespace { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<NodeStandIn> CreateAsync()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        string name = $"standin-{Environment.ProcessId}-{Interlocked.Increment(ref s_created)}";
        (NetworkNamespace node, NetworkNamespace pods) = (new($"{name}-node"), new($"{name}-pods"));
        await BatchAsync(NetworkNamespace.Own, $"netns add {node.Name}", $"netns add {pods.Name}");
        try
        {
            string[] settings =
            [
                "net.ipv4.ip_forward=1",
                "net.ipv4.conf.all.rp_filter=1",
                "net.ipv4.conf.default.rp_filter=1",
                "net.ipv6.conf.all.disable_ipv6=1",
                "net.ipv6.conf.default.disable_ipv6=1",
            ];
            await Tool.RunAsync(node, "sysctl", ["-qw", .. settings], token: Token);
            await Tool.RunAsync(pods, "sysctl", ["-qw", "net.ipv4.tcp_syncookies=2"], token: Token);
            await BatchAsync(
                NetworkNamespace.Own, $"link add cni0 netns {node.Name} type veth peer name eth0 netns {pods.Name}");
            await BatchAsync(pods,
            [
                "link set lo up",
                "link set eth0 up",
                .. Enumerable.Range(FirstPod, Pods).Select(each => $"address add 10.244.0.{each}/24 dev eth0"),
                "route add default via 10.244.0.1 dev eth0",
            ]);
            await BatchAsync(node, "link set lo up", "address add 10.244.0.1/24 dev cni0", "link set cni0 up");
            return new NodeStandIn(node, pods, await new LabEchoEndpoints().ServeAsync(pods, Token));
        }
        catch
        {
            await BatchAsync(NetworkNamespace.Own, $"netns delete {node.Name}", $"netns delete {pods.Name}");
            throw;
        }
    }

    /// <summary>Hands rules to a tool in the node's namespace.</summary>
    public Task LoadAsync(string commandLine, string rules)
    {
        string[] words = commandLine.Split(' ');
        return Tool.RunAsync(Node, words[0], words[1..], writer => writer.Write(rules), Token);
    }

    /// <summary>The node's devices, routes, neighbours, their settings, and rules, as text.</summary>
    public async Task<string> StateAsync() => string.Join(
        '\n',
        EachLine(await PrintAsync("ip", "-br", "link"), line => line.Split(' ')[0]),
        await PrintAsync("ip", "neighbour", "show", "proxy"),
        await PrintAsync("sysctl", "-a", "--pattern", @"^net\.ipv4\.(neigh|conf)\.(cni0|lo|all)\."),
        await PrintAsync("ip", "route", "show", "table", "all"),
        await PrintAsync("ip", "neighbour", "show", "nud", "permanent"),
        await PrintAsync("nft", "-s", "list", "ruleset"),
        EachLine(
            await PrintAsync("iptables-legacy-save"),
            line => line.StartsWith('#') ? "" : Counters().Replace(line, "[0:0]")));

    /// <summary>Entries of the node's conntrack table.</summary>
    public Task<long> ConntrackCountAsync() => Node.ReadSysctlAsync("net.netfilter.nf_conntrack_count");

    public async ValueTask DisposeAsync()
    {
        await _echo.DisposeAsync();
        await BatchAsync(NetworkNamespace.Own, $"netns delete {Node.Name}", $"netns delete {PodNamespace.Name}");
    }

    private static string EachLine(string text, Func<string, string> change) =>
        string.Join('\n', text.Split('\n').Select(change));

    private Task<string> PrintAsync(string tool, params string[] arguments) =>
        Tool.RunAsync(Node, tool, arguments, token: Token);

    [GeneratedRegex(@"\[\d+:\d+\]")]
    private static partial Regex Counters();

    private static Task BatchAsync(NetworkNamespace where, params string[] lines) =>
        IpBatch.RunAsync(where, lines, CancellationToken.None);
}
