using System.Globalization;
using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.Paths.Cluster;

/// <summary>
/// A namespace of a probe's own beside a cluster's node, joined to it as a pod is: a veth, a route of the node to the source addresses by
/// way of the first of them, and neighbours that need no ARP. Nothing else of the node is touched.
/// <code>
///   plnode-9f8e7d-1a2b3c4d-o ── eth0 ═ plo1a2b3c4d ── the node's namespace
/// </code>
/// The device takes its routes and neighbours with it when it goes, and goes with the namespace; <see cref="NeighbourProxies"/> do not.
/// Device and namespace are named by node, probe and experiment, so that what a killed probe has left is found, and nobody else's.
/// </summary>
/// <param name="NodeName">Tells nodes apart that share their namespaces' names, as those on one machine do.</param>
/// <param name="Role">One letter for each kind of probe, so that those of one node do not meet.</param>
public sealed record PodEntry(Guid ExperimentId, string NodeName, char Role, SourcePrefix Sources)
{
    public const string Device = "eth0";

    private const string NamespacePrefix = "plnode-";
    private const string DevicePrefix = "pl";

    /// <summary>The node, as the pod's gateway: no host has a link-local address of this kind, so nothing is shadowed.</summary>
    private const string Gateway = "169.254.1.1";

    /// <summary>Device numbers are per namespace and small; a large one keeps the stage probe's first test cheap and sharp.</summary>
    private const int FirstDeviceNumber = 16_000_000;

    private static readonly TimeSpan s_upPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_upPeriod = TimeSpan.FromMilliseconds(20);

    public static readonly PhysicalAddress PodMac = PhysicalAddress.Parse("02-50-4C-00-01-01");
    public static readonly PhysicalAddress NodeMac = PhysicalAddress.Parse("02-50-4C-00-01-02");

    public NetworkNamespace Pod { get; } = new($"{PrefixOf(NodeName)}{ExperimentId.ToString("N")[..8]}-{Role}");

    /// <summary>Name of the node's device.</summary>
    public string NodeDevice { get; } = $"{DevicePrefix}{Role}{ExperimentId.ToString("N")[..8]}";

    /// <summary>Its interface index.</summary>
    public int IngressIndex { get; } = FirstDeviceNumber + (int)(BitConverter.ToUInt32(ExperimentId.ToByteArray()) % 1_000_000 * 32) + (Role - 'a');

    /// <exception cref="ToolException">ip or sysctl failed; what was made is removed.</exception>
    /// <exception cref="InvalidOperationException">The devices do not come up.</exception>
    public async Task CreateAsync(NetworkNamespace node, CancellationToken token)
    {
        await RemoveAsync(node);
        try
        {
            await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns add {Pod.Name}"], token);

            // IPv6 would put packets of its own on the measured device.
            await Tool.RunAsync(Pod, "sysctl", ["-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1",
                "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"], token: token);
            await LinkAsync(node, token);
            await NeighbourProxies.AddAsync(node, Role, Sources, token);
            await WaitUntilUpAsync(node, NodeDevice, token);
            await WaitUntilUpAsync(Pod, Device, token);
        }
        catch
        {
            await RemoveAsync(node);
            throw;
        }
    }

    /// <summary>Removes what there is of it.</summary>
    public Task RemoveAsync(NetworkNamespace node) => RemoveAsync(node, Role, Pod.Exists ? [Pod.Name!] : [], NodeDevice);

    /// <summary>Removes what earlier probes of that role have left on the node. For a probe that has just started.</summary>
    /// <returns>Names of the namespaces.</returns>
    public static async Task<IReadOnlyList<string>> SweepAsync(NetworkNamespace node, string nodeName, char role)
    {
        string[] left = Directory.Exists(NetworkNamespace.Folder)
            ? [.. Directory.EnumerateFiles(NetworkNamespace.Folder, $"{PrefixOf(nodeName)}*-{role}").Select(path => Path.GetFileName(path)).Order()]
            : [];
        await RemoveAsync(node, role, left, [.. (await DevicesAsync(node)).Where(name => IsOurs(name, role))]);
        return left;
    }

    private static string PrefixOf(string node) => $"{NamespacePrefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node)))[..6]}-";

    private static bool IsOurs(string device, char role) =>
        device.Length == DevicePrefix.Length + 9
        && device.StartsWith($"{DevicePrefix}{role}", StringComparison.Ordinal)
        && device[(DevicePrefix.Length + 1)..].All(char.IsAsciiHexDigitLower);

    private async Task LinkAsync(NetworkNamespace node, CancellationToken token)
    {
        // Made where it will be: moved later, it would be announced in the node's namespace twice.
        string peer = $"type veth peer name {Device} netns {Pod.Name} address {MacAddress.Format(PodMac)}";
        await IpBatch.RunAsync(node, [$"link add {NodeDevice} index {IngressIndex} address {MacAddress.Format(NodeMac)} {peer}"], token);
        string first = Ipv4.Format(Sources.First);
        await IpBatch.RunAsync(Pod,
        [
            "link set lo up",
            $"link set {Device} up",
            $"address add {first}/32 dev {Device}",
            .. Sources.Count > 1 ? [$"route add local {Sources} dev lo"] : (string[])[],
            $"route add default via {Gateway} dev {Device} onlink",
            $"neighbour add {Gateway} lladdr {MacAddress.Format(NodeMac)} nud permanent dev {Device}",
        ], token);
        await IpBatch.RunAsync(node,
        [
            $"link set {NodeDevice} alias plumbline-{ExperimentId:N}",
            $"link set {NodeDevice} addrgenmode none",
            $"link set {NodeDevice} up",
            $"route add {first} dev {NodeDevice}",
            // One neighbour stands for all source addresses.
            .. Sources.Count > 1 ? [$"route add {Sources} via {first} dev {NodeDevice} onlink"] : (string[])[],
            $"neighbour add {first} lladdr {MacAddress.Format(PodMac)} nud permanent dev {NodeDevice}",
        ], token);
    }

    /// <summary>The kernel puts a new device's queue to work a moment after it is up; until then what is sent is dropped unseen.</summary>
    private static async Task WaitUntilUpAsync(NetworkNamespace where, string device, CancellationToken token)
    {
        long deadline = Environment.TickCount64 + (long)s_upPatience.TotalMilliseconds;
        while (!(await Tool.RunAsync(where, "ip", ["-o", "link", "show", "dev", device], token: token)).Contains("state UP", StringComparison.Ordinal))
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new InvalidOperationException($"device {device} in {where} does not come up");
            }

            await Task.Delay(s_upPeriod, token);
        }
    }

    private static async Task RemoveAsync(NetworkNamespace node, char role, IReadOnlyList<string> namespaces, params IReadOnlyList<string> devices)
    {
        await NeighbourProxies.RemoveAsync(node, role);
        foreach (string each in devices)
        {
            await RemoveDeviceAsync(node, each);
        }

        foreach (string each in namespaces)
        {
            await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns delete {each}"], CancellationToken.None);
        }
    }

    /// <summary>It may go by itself at any moment: the kernel is a while about a namespace whose last process was killed.</summary>
    private static async Task RemoveDeviceAsync(NetworkNamespace node, string device)
    {
        while ((await DevicesAsync(node)).Contains(device))
        {
            try
            {
                await IpBatch.RunAsync(node, [$"link delete {device}"], CancellationToken.None);
            }
            catch (ToolException)
            {
                if ((await DevicesAsync(node)).Contains(device))
                {
                    throw;
                }
            }
        }
    }

    /// <summary>From lines such as <c>7: plo1a2b3c4d@if2: &lt;BROADCAST…</c>.</summary>
    private static async Task<IReadOnlyList<string>> DevicesAsync(NetworkNamespace node) =>
    [
        .. (await Tool.RunAsync(node, "ip", ["-o", "link", "show"])).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ")[1].Split('@')[0]),
    ];
}
