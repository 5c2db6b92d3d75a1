using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Lab;

/// <summary>
/// Creates and removes lab nodes. Everything in a node's namespaces (devices, rules, conntrack entries) is gone with
/// them.
/// </summary>
public static class LabNetwork
{
    private static readonly TimeSpan s_killPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Creates the nodes, and removes earlier ones first: a node that has seen packets has conntrack entries, and a
    /// table that fills up makes every later first packet slower.
    /// </summary>
    /// <exception cref="ToolException">ip failed. <see cref="RemoveAsync(Guid?)"/> removes what was created so
    /// far.</exception>
    /// <exception cref="IOException">A setting cannot be written. The same removes what was created so far.</exception>
    public static async Task CreateAsync(IReadOnlyList<LabNode> nodes, CancellationToken token)
    {
        NetworkNamespace[] all = [.. nodes.SelectMany(node => node.Namespaces)];
        await RemoveAsync([.. all.Where(each => each.Exists).Select(each => each.Name!)]);
        await IpBatch.RunAsync(NetworkNamespace.Own, all.Select(each => $"netns add {each.Name}"), token);

        // Neighbours are permanent below: ARP, like IPv6, would put packets of its own on the measured device.
        foreach (NetworkNamespace each in all)
        {
            await QuietNamespace.QuietenAsync(each);
        }

        foreach (LabNode node in nodes)
        {
            await node.Node.WriteSysctlAsync("net.ipv4.ip_forward", 1);

            // Probe packets never finish their handshake. With a cookie for every SYN the endpoint keeps no state for
            // them, so its queue does not fill up and it does not repeat its answers.
            await node.Endpoints.WriteSysctlAsync("net.ipv4.tcp_syncookies", 2);
        }

        await IpBatch.RunAsync(NetworkNamespace.Own, nodes.SelectMany(Links), token);
        await Task.WhenAll(nodes.Select(node => AddressAsync(node, token)));
    }

    /// <inheritdoc cref="CreateAsync(IReadOnlyList{LabNode}, CancellationToken)"/>
    public static Task CreateAsync(LabNode node, CancellationToken token) => CreateAsync([node], token);

    /// <summary>Names of the namespaces of all labs, or of one experiment's.</summary>
    public static IReadOnlyList<string> List(Guid? experimentId = null)
    {
        string prefix = experimentId is { } id ? LabNode.ExperimentPrefix(id) : LabNode.NamePrefix;
        return Directory.Exists(NetworkNamespace.Folder)
            ? [.. Directory.EnumerateFiles(NetworkNamespace.Folder, prefix + "*").Select(Path.GetFileName).Order()!]
            : [];
    }

    /// <summary>The endpoint namespaces of all labs.</summary>
    public static IReadOnlyList<NetworkNamespace> ListEndpoints() =>
    [
        .. List().Where(name => name.EndsWith(LabNode.EndpointsSuffix, StringComparison.Ordinal))
            .Select(name => new NetworkNamespace(name)),
    ];

    /// <summary>
    /// Removes the experiment's namespaces, or those of all labs, and ends the processes in them. Returns the names
    /// removed. Only the holder of the <see cref="LabLock"/> may remove all.
    /// </summary>
    public static async Task<IReadOnlyList<string>> RemoveAsync(Guid? experimentId = null)
    {
        LabSteps.Forget(experimentId);
        List<string> removed = [];

        // Another worker may create one meanwhile.
        while (List(experimentId) is { Count: > 0 } names)
        {
            await RemoveAsync(names);
            removed.AddRange(names);
        }

        return removed;
    }

    /// <summary>Removes those namespaces of the node that exist.</summary>
    public static Task RemoveAsync(LabNode node) =>
        RemoveAsync([.. node.Namespaces.Where(each => each.Exists).Select(each => each.Name!)]);

    /// <summary>
    /// Ends all processes in a namespace except this one. A process that outlived a killed worker would keep the
    /// namespace alive after its name is gone.
    /// </summary>
    public static async Task KillProcessesAsync(string name)
    {
        // This one command of ip has no JSON: it prints one number a line.
        string pids = await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "pids", name]);
        foreach (string pid in pids.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int processId = int.Parse(pid, CultureInfo.InvariantCulture);
            if (processId != Environment.ProcessId)
            {
                await KillAsync(processId);
            }
        }
    }

    private static async Task KillAsync(int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            process.Kill();

            // A tool that hands its rules to the kernel ends only when the kernel is done with them.
            using CancellationTokenSource patience = new(s_killPatience);
            await process.WaitForExitAsync(patience.Token);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            // It ended by itself meanwhile.
        }
    }

    private static async Task RemoveAsync(IReadOnlyList<string> names)
    {
        await Task.WhenAll(names.Select(KillProcessesAsync));

        if (names.Count > 0)
        {
            IEnumerable<string> lines = names.Select(name => $"netns delete {name}");
            await IpBatch.RunAsync(NetworkNamespace.Own, lines, CancellationToken.None);
        }
    }

    /// <summary>Joins the client to the node and the node to the endpoints.</summary>
    private static string[] Links(LabNode node)
    {
        string client = $"netns {node.Client.Name} address {Text(LabNode.ClientMac)}";
        string nodeClient = $"netns {node.Node.Name} address {Text(LabNode.NodeClientMac)}";
        string nodeEndpoints = $"netns {node.Node.Name} address {Text(LabNode.NodeEndpointsMac)}";
        string endpoints = $"netns {node.Endpoints.Name} address {Text(LabNode.EndpointsMac)}";
        return
        [
            $"link add {LabNode.NodeClientDevice} index {node.IngressIndex} {nodeClient}"
                + $" type veth peer name {LabNode.ClientDevice} {client}",
            $"link add {LabNode.NodeEndpointsDevice} {nodeEndpoints}"
                + $" type veth peer name {LabNode.EndpointsDevice} {endpoints}",
        ];
    }

    /// <summary>
    /// Gives both sides their addresses and all three namespaces their routes. One neighbour answers for a whole side,
    /// so thousands of addresses need no ARP. The client drops what comes back to the source addresses; as its own
    /// addresses it would answer it.
    /// </summary>
    private static async Task AddressAsync(LabNode node, CancellationToken token)
    {
        string firstClient = Ipv4.Format(LabNode.FirstClientIp);
        string firstEndpoint = Ipv4.Format(LabNode.FirstEndpointIp);
        await IpBatch.RunAsync(
            node.Client,
            Side(LabNode.ClientDevice, firstClient, $"blackhole {LabNode.ClientsCidr}", LabNode.NodeClientMac),
            token);
        await IpBatch.RunAsync(node.Node,
        [
            "link set lo up",
            $"link set {LabNode.NodeClientDevice} up",
            $"link set {LabNode.NodeEndpointsDevice} up",
            $"address add {LabNode.Network.NodeIp}/32 dev lo",
            $"route add {firstClient} dev {LabNode.NodeClientDevice}",
            $"route add {LabNode.ClientsCidr} via {firstClient} dev {LabNode.NodeClientDevice}",
            Neighbour(firstClient, LabNode.ClientMac, LabNode.NodeClientDevice),
            $"route add {firstEndpoint} dev {LabNode.NodeEndpointsDevice}",
            $"route add {LabNode.EndpointsCidr} via {firstEndpoint} dev {LabNode.NodeEndpointsDevice}",
            Neighbour(firstEndpoint, LabNode.EndpointsMac, LabNode.NodeEndpointsDevice),
        ], token);
        await IpBatch.RunAsync(
            node.Endpoints,
            Side(
                LabNode.EndpointsDevice,
                firstEndpoint,
                $"local {LabNode.EndpointsCidr} dev lo",
                LabNode.NodeEndpointsMac),
            token);
    }

    private static string[] Side(string device, string firstIp, string route, PhysicalAddress nodeMac) =>
    [
        "link set lo up",
        $"link set {device} up",
        $"address add {firstIp}/32 dev {device}",
        $"route add {route}",
        $"route add default via {LabNode.Network.NodeIp} dev {device} onlink",
        Neighbour(LabNode.Network.NodeIp, nodeMac, device),
    ];

    private static string Neighbour(string ip, PhysicalAddress mac, string device) =>
        $"neighbour add {ip} lladdr {Text(mac)} nud permanent dev {device}";

    private static string Text(PhysicalAddress mac) => MacAddress.Format(mac);
}
