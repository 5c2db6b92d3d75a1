using System.Net.NetworkInformation;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Linux;

namespace Plumbline.Paths.Cluster;

/// <summary>
/// A namespace of a worker's own beside a cluster's node, joined to it as a pod is: by a veth, a route of the node to
/// the source addresses, and neighbours that need no ARP. Nothing else of the node changes, except what
/// <see cref="NeighbourProxies"/> add and take back.
/// <code>
///   plnode-9f8e7d-1a2b3c4d-o ── eth0 ═ plo1a2b3c4d ── the node's namespace
/// </code>
/// The device is gone with the namespace, and its routes and neighbours with the device. The neighbour proxies are not.
/// Device and namespace are named by node, role and experiment, so that a restart removes what a killed worker left,
/// and nobody else's.
/// </summary>
/// <param name="NodeName">Distinguishes nodes that share one folder of namespaces, as those on one machine do.</param>
/// <param name="Role">One letter, a … z, for each use of a node, so that those of one node do not meet.</param>
public sealed record PodEntry(Guid ExperimentId, string NodeName, char Role, SourcePrefix Sources)
{
    public const string Device = PodLink.PodDevice;

    private const string NamespacePrefix = "plnode-";
    private const string DevicePrefix = "pl";

    /// <summary>
    /// Device numbers are per namespace and usually small. A large one lets the stage probe's first test reject nearly
    /// all other packets.
    /// </summary>
    private const int FirstDeviceNumber = 16_000_000;

    public static readonly PhysicalAddress PodMac = PhysicalAddress.Parse("02-50-4C-00-01-01");
    public static readonly PhysicalAddress NodeMac = PhysicalAddress.Parse("02-50-4C-00-01-02");

    private readonly EntryName _name = EntryName.Of(Role, ExperimentId);

    public NetworkNamespace Pod { get; } =
        new($"{PrefixOf(NodeName)}{EntryName.Of(Role, ExperimentId).Experiment}-{Role}");

    /// <summary>Name of the node's device.</summary>
    public string NodeDevice { get; } = $"{DevicePrefix}{Role}{EntryName.Of(Role, ExperimentId).Experiment}";

    /// <summary>Interface index of the node's device.</summary>
    public int IngressIndex { get; } =
        FirstDeviceNumber + (int)(BitConverter.ToUInt32(ExperimentId.ToByteArray()) % 1_000_000 * 32) + (Role - 'a');

    /// <summary>Makes the entry, and removes an earlier one first. When it fails, nothing is left.</summary>
    /// <exception cref="ToolException">ip failed.</exception>
    /// <exception cref="IOException">A setting cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The devices do not come up.</exception>
    public async Task CreateAsync(NetworkNamespace node, CancellationToken token)
    {
        await RemoveAsync(node);
        try
        {
            await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns add {Pod.Name}"], token);
            await QuietNamespace.QuietenAsync(Pod);
            PodLink link = new(this, node);
            await link.AddAsync(token);
            await NeighbourProxies.AddAsync(node, _name, Sources, token);
            await link.WaitUntilUpAsync(token);
        }
        catch
        {
            await RemoveAsync(node);
            throw;
        }
    }

    /// <summary>Removes what there is of the entry.</summary>
    public Task RemoveAsync(NetworkNamespace node) => RemoveAsync(
        node, () => NeighbourProxies.RemoveAsync(node, _name, Sources), [NodeDevice], Pod.Exists ? [Pod.Name!] : []);

    /// <summary>
    /// Removes what earlier workers of that role left on the node. For a worker that has just started.
    /// </summary>
    /// <returns>Names of the namespaces.</returns>
    public static async Task<IReadOnlyList<string>> SweepAsync(NetworkNamespace node, string nodeName, char role)
    {
        string pattern = $"{PrefixOf(nodeName)}*-{role}";
        string[] left = Directory.Exists(NetworkNamespace.Folder)
            ? [.. Directory.EnumerateFiles(NetworkNamespace.Folder, pattern).Select(Path.GetFileName).Order()!]
            : [];
        IReadOnlyList<IpLink> devices = await IpLink.ListAsync(node);
        string[] ours = [.. devices.Select(each => each.Name).Where(name => IsOurs(name, role))];
        await RemoveAsync(node, () => NeighbourProxies.SweepAsync(node, role), ours, left);
        return left;
    }

    /// <summary>Does every step, whichever fails.</summary>
    private static async Task RemoveAsync(
        NetworkNamespace node,
        Func<Task> removeProxies,
        IReadOnlyList<string> devices,
        IReadOnlyList<string> namespaces)
    {
        try
        {
            await removeProxies();
        }
        finally
        {
            try
            {
                await PodLink.RemoveAsync(node, devices);
            }
            finally
            {
                foreach (string each in namespaces)
                {
                    await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns delete {each}"], CancellationToken.None);
                }
            }
        }
    }

    /// <summary>Six digits for a node's name.</summary>
    internal static string Short(string node) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(node)))[..6];

    private static string PrefixOf(string node) => $"{NamespacePrefix}{Short(node)}-";

    private static bool IsOurs(string device, char role) =>
        device.Length == DevicePrefix.Length + 9
        && device.StartsWith($"{DevicePrefix}{role}", StringComparison.Ordinal)
        && device[(DevicePrefix.Length + 1)..].All(char.IsAsciiHexDigitLower);
}
