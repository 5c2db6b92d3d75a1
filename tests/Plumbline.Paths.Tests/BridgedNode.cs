using Plumbline.Linux;

namespace Plumbline.Paths.Tests;

/// <summary>
/// A network namespace in place of a cluster's node. Its device cni0 has the node's podCIDR on its link, as a bridge
/// has. Removed at the end.
/// </summary>
internal sealed class BridgedNode : IAsyncDisposable
{
    public const string Name = "node-1";

    private const string Delay = "net/ipv4/neigh/cni0/proxy_delay";

    private static int s_created;

    private BridgedNode(NetworkNamespace node) => Node = node;

    public NetworkNamespace Node { get; }

    public static async Task<BridgedNode> CreateAsync(long proxyDelay)
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces");
        NetworkNamespace node = new($"bridged-{Environment.ProcessId}-{Interlocked.Increment(ref s_created)}");
        await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns add {node.Name}"], CancellationToken.None);
        BridgedNode created = new(node);

        // IPv6 would add routes by and by.
        await node.WriteSysctlAsync("net.ipv6.conf.default.disable_ipv6", 1);
        await IpBatch.RunAsync(
            node,
            [
                "link set lo up",
                "link add cni0 type veth peer name pods0",
                "address add 10.244.0.1/24 dev cni0",
                "link set cni0 up",
                "link set pods0 up",
            ],
            CancellationToken.None);
        await node.WriteSysctlAsync(Delay, proxyDelay);
        return created;
    }

    public Task<long> DelayAsync() => Node.ReadSysctlAsync(Delay);

    /// <summary>Addresses for which the node answers, in order.</summary>
    public async Task<IReadOnlyList<string>> ProxiesAsync() =>
        [.. (await IpProxy.ListAsync(Node)).Select(each => each.Address).Order(StringComparer.Ordinal)];

    /// <summary>Devices with all their names, routes, neighbours and the delay, as text.</summary>
    public async Task<string> StateAsync() => string.Join(
        '\n',
        [
            .. (await IpLink.ListAsync(Node)).Select(each => $"{each.Name} {string.Join(' ', each.AltNames)}"),
            await Tool.RunAsync(Node, "ip", ["route", "show", "table", "all"]),
            await Tool.RunAsync(Node, "ip", ["neighbour", "show", "nud", "permanent"]),
            .. await ProxiesAsync(),
            $"{await DelayAsync()}",
        ]);

    /// <summary>Namespaces of pod entries on this node.</summary>
    public static IReadOnlyList<string> Pods() => [.. Directory.GetFiles(NetworkNamespace.Folder, "plnode-*")];

    public async ValueTask DisposeAsync()
    {
        await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns delete {Node.Name}"], CancellationToken.None);
        foreach (string left in Pods())
        {
            string name = Path.GetFileName(left);
            await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns delete {name}"], CancellationToken.None);
        }
    }
}
