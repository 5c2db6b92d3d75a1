using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Lab;

/// <summary>Creates and removes lab nodes. Whatever is in a node's namespaces (devices, rules, conntrack entries) goes with them.</summary>
public static class LabNetwork
{
    private static readonly TimeSpan s_killPatience = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Creates the node, anew where it is there already: a node that has seen packets has conntrack entries, and a table that
    /// fills up makes every later first packet dearer.
    /// </summary>
    /// <exception cref="ToolException">ip or sysctl failed; what was created so far is removed by <see cref="RemoveAsync(Guid?)"/>.</exception>
    public static async Task CreateAsync(LabNode node, CancellationToken token)
    {
        await RemoveAsync(node);
        await IpBatch.RunAsync(NetworkNamespace.Own, node.Namespaces.Select(each => $"netns add {each.Name}"), token);

        // IPv6 and ARP would put packets of their own on the measured device.
        foreach (NetworkNamespace each in node.Namespaces)
        {
            await Tool.RunAsync(each, "sysctl", ["-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1",
                "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"], token: token);
        }

        await Tool.RunAsync(node.Node, "sysctl", ["-qw", "net.ipv4.ip_forward=1"], token: token);

        // Round-trip probes never finish their handshake. With a cookie for every SYN the endpoint keeps nothing of them, so
        // that it neither fills its queue nor sends its answers again.
        await Tool.RunAsync(node.Endpoints, "sysctl", ["-qw", "net.ipv4.tcp_syncookies=2"], token: token);
        await IpBatch.RunAsync(NetworkNamespace.Own,
        [
            $"link add {LabNode.NodeClientDevice} index {node.IngressIndex} netns {node.Node.Name} address {MacAddress.Format(LabNode.NodeClientMac)}"
                + $" type veth peer name {LabNode.ClientDevice} netns {node.Client.Name} address {MacAddress.Format(LabNode.ClientMac)}",
            $"link add {LabNode.NodeEndpointsDevice} netns {node.Node.Name} address {MacAddress.Format(LabNode.NodeEndpointsMac)}"
                + $" type veth peer name {LabNode.EndpointsDevice} netns {node.Endpoints.Name} address {MacAddress.Format(LabNode.EndpointsMac)}",
        ], token);

        string firstClient = Ipv4.Format(LabNode.FirstClientIp);
        string firstEndpoint = Ipv4.Format(LabNode.FirstEndpointIp);
        await IpBatch.RunAsync(node.Client,
        [
            "link set lo up",
            $"link set {LabNode.ClientDevice} up",
            $"address add {firstClient}/17 dev {LabNode.ClientDevice}",
            $"route add local {LabNode.ClientsCidr} dev lo",
            $"route add default via {LabNode.Network.NodeIp} dev {LabNode.ClientDevice} onlink",
            $"neighbour add {LabNode.Network.NodeIp} lladdr {MacAddress.Format(LabNode.NodeClientMac)} nud permanent dev {LabNode.ClientDevice}",
        ], token);
        await IpBatch.RunAsync(node.Node,
        [
            "link set lo up",
            $"link set {LabNode.NodeClientDevice} up",
            $"link set {LabNode.NodeEndpointsDevice} up",
            $"address add {LabNode.Network.NodeIp}/32 dev lo",
            // One neighbour stands for a whole side, so the thousands of addresses need no ARP.
            $"route add {firstClient} dev {LabNode.NodeClientDevice}",
            $"route add {LabNode.ClientsCidr} via {firstClient} dev {LabNode.NodeClientDevice}",
            $"neighbour add {firstClient} lladdr {MacAddress.Format(LabNode.ClientMac)} nud permanent dev {LabNode.NodeClientDevice}",
            $"route add {firstEndpoint} dev {LabNode.NodeEndpointsDevice}",
            $"route add {LabNode.EndpointsCidr} via {firstEndpoint} dev {LabNode.NodeEndpointsDevice}",
            $"neighbour add {firstEndpoint} lladdr {MacAddress.Format(LabNode.EndpointsMac)} nud permanent dev {LabNode.NodeEndpointsDevice}",
        ], token);
        await IpBatch.RunAsync(node.Endpoints,
        [
            "link set lo up",
            $"link set {LabNode.EndpointsDevice} up",
            $"address add {firstEndpoint}/17 dev {LabNode.EndpointsDevice}",
            $"route add local {LabNode.EndpointsCidr} dev lo",
            $"route add default via {LabNode.Network.NodeIp} dev {LabNode.EndpointsDevice} onlink",
            $"neighbour add {LabNode.Network.NodeIp} lladdr {MacAddress.Format(LabNode.NodeEndpointsMac)} nud permanent dev {LabNode.EndpointsDevice}",
        ], token);
    }

    /// <summary>Names of the namespaces of all labs, or of one experiment's.</summary>
    public static IReadOnlyList<string> List(Guid? experimentId = null)
    {
        string prefix = experimentId is { } id ? LabNode.ExperimentPrefix(id) : LabNode.NamePrefix;
        return Directory.Exists(NetworkNamespace.Folder)
            ? [.. Directory.EnumerateFiles(NetworkNamespace.Folder, prefix + "*").Select(path => Path.GetFileName(path)).Order()]
            : [];
    }

    /// <summary>The endpoint namespaces of all labs.</summary>
    public static IReadOnlyList<NetworkNamespace> ListEndpoints() =>
        [.. List().Where(name => name.EndsWith(LabNode.EndpointsSuffix, StringComparison.Ordinal)).Select(name => new NetworkNamespace(name))];

    /// <summary>
    /// Removes the experiment's namespaces, or those of all labs, and ends the processes in them. Returns the names removed.
    /// Removing all is for the holder of the <see cref="LabLock"/> only.
    /// </summary>
    public static async Task<IReadOnlyList<string>> RemoveAsync(Guid? experimentId = null)
    {
        LabSteps.Forget(experimentId);
        List<string> removed = [];

        // Another worker may be making one meanwhile.
        while (List(experimentId) is { Count: > 0 } names)
        {
            await RemoveAsync(names);
            removed.AddRange(names);
        }

        return removed;
    }

    /// <summary>Removes what there is of the node.</summary>
    public static Task RemoveAsync(LabNode node) => RemoveAsync([.. node.Namespaces.Where(each => each.Exists).Select(each => each.Name!)]);

    private static async Task RemoveAsync(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            await KillProcessesAsync(name);
        }

        if (names.Count > 0)
        {
            await IpBatch.RunAsync(NetworkNamespace.Own, names.Select(name => $"netns delete {name}"), CancellationToken.None);
        }
    }

    /// <summary>Ends what runs in a namespace but us: what outlived a killed worker would keep it alive after its name is gone.</summary>
    public static async Task KillProcessesAsync(string name)
    {
        string pids = await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "pids", name]);
        foreach (string pid in pids.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            int processId = int.Parse(pid, CultureInfo.InvariantCulture);
            if (processId == Environment.ProcessId)
            {
                continue;
            }

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
    }
}
