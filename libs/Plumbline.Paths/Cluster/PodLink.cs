using Plumbline.Linux;

namespace Plumbline.Paths.Cluster;

/// <summary>
/// The veth between a pod entry's namespace and its node, with addresses, routes and neighbours on both sides.
/// </summary>
internal sealed class PodLink(PodEntry entry, NetworkNamespace node)
{
    public const string PodDevice = "eth0";

    /// <summary>
    /// The node, as the pod's gateway. Like network plugins do, this takes a link-local address that no host has, so it
    /// hides nothing.
    /// </summary>
    private const string Gateway = "169.254.1.1";

    private const string Up = "UP";

    private static readonly TimeSpan s_upPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_upPeriod = TimeSpan.FromMilliseconds(20);

    /// <exception cref="ToolException">ip failed.</exception>
    public async Task AddAsync(CancellationToken token)
    {
        // Created where it belongs. A device that is moved later is announced in the node's namespace twice.
        (string nodeMac, string podMac) = (MacAddress.Format(PodEntry.NodeMac), MacAddress.Format(PodEntry.PodMac));
        string nodeSide = $"{entry.NodeDevice} index {entry.IngressIndex} address {nodeMac}";
        string podSide = $"{PodDevice} netns {entry.Pod.Name} address {podMac}";
        await IpBatch.RunAsync(node, [$"link add {nodeSide} type veth peer name {podSide}"], token);
        await IpBatch.RunAsync(entry.Pod, PodLines(), token);
        await IpBatch.RunAsync(node, NodeLines(), token);
    }

    /// <summary>
    /// The kernel starts a new device's queue a moment after the device is up. Until then it drops packets without a
    /// trace.
    /// </summary>
    /// <exception cref="InvalidOperationException">A device does not come up.</exception>
    public async Task WaitUntilUpAsync(CancellationToken token)
    {
        await WaitUntilUpAsync(node, entry.NodeDevice, token);
        await WaitUntilUpAsync(entry.Pod, PodDevice, token);
    }

    /// <summary>
    /// Removes those of the devices that exist. One may disappear by itself at any moment, because the kernel takes a
    /// while to remove a namespace whose last process was killed.
    /// </summary>
    public static async Task RemoveAsync(NetworkNamespace node, IReadOnlyList<string> devices)
    {
        foreach (string each in devices)
        {
            while (await ExistsAsync(node, each))
            {
                try
                {
                    await IpBatch.RunAsync(node, [$"link delete {each}"], CancellationToken.None);
                }
                catch (ToolException)
                {
                    if (await ExistsAsync(node, each))
                    {
                        throw;
                    }
                }
            }
        }
    }

    private string[] PodLines()
    {
        // Answers to the source addresses end here. A local route would have the kernel answer them.
        string[] others = entry.Sources.Count > 1 ? [$"route add blackhole {entry.Sources}"] : [];
        return
        [
            "link set lo up",
            $"link set {PodDevice} up",
            $"address add {entry.Sources.First}/32 dev {PodDevice}",
            .. others,
            $"route add default via {Gateway} dev {PodDevice} onlink",
            $"neighbour add {Gateway} lladdr {MacAddress.Format(PodEntry.NodeMac)} nud permanent dev {PodDevice}",
        ];
    }

    private string[] NodeLines()
    {
        // One neighbour answers for all source addresses.
        string via = $"via {entry.Sources.First} dev {entry.NodeDevice}";
        string[] others = entry.Sources.Count > 1 ? [$"route add {entry.Sources} {via} onlink"] : [];
        string mac = MacAddress.Format(PodEntry.PodMac);
        return
        [
            $"link set {entry.NodeDevice} alias plumbline-{entry.ExperimentId:N}",
            $"link set {entry.NodeDevice} addrgenmode none",
            $"link set {entry.NodeDevice} up",
            $"route add {entry.Sources.First} dev {entry.NodeDevice}",
            .. others,
            $"neighbour add {entry.Sources.First} lladdr {mac} nud permanent dev {entry.NodeDevice}",
        ];
    }

    private static async Task WaitUntilUpAsync(NetworkNamespace where, string device, CancellationToken token)
    {
        long deadline = Environment.TickCount64 + (long)s_upPatience.TotalMilliseconds;
        while ((await IpLink.GetAsync(where, device, token)).State != Up)
        {
            if (Environment.TickCount64 > deadline)
            {
                throw new InvalidOperationException($"device {device} in {where} does not come up");
            }

            await Task.Delay(s_upPeriod, token);
        }
    }

    private static async Task<bool> ExistsAsync(NetworkNamespace node, string device) =>
        (await IpLink.ListAsync(node)).Any(each => each.Name == device);
}
