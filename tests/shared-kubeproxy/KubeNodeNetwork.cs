using Plumbline.Linux;

namespace Plumbline.Tests;

/// <summary>Makes and removes the namespaces of nodes and their pods. Each reaches all others.</summary>
internal static class KubeNodeNetwork
{
    public static async Task CreateAsync(IReadOnlyList<KubeNode> nodes)
    {
        NetworkNamespace fabric = Fabric(nodes);
        await BatchAsync(NetworkNamespace.Own, [.. Namespaces(nodes).Select(each => $"netns add {each.Name}")]);
        foreach (NetworkNamespace each in Namespaces(nodes))
        {
            await Tool.RunAsync(
                each,
                "sysctl",
                ["-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0", "net.ipv4.conf.default.rp_filter=0"]);
        }

        await BatchAsync(NetworkNamespace.Own, [.. nodes.SelectMany<KubeNode, string>(each =>
        [
            $"link add {each.FabricDevice} netns {fabric.Name} type veth peer name {KubeNode.Device} netns "
            + $"{each.Namespace.Name}",
            $"link add {KubeNode.PodsDevice} netns {each.Namespace.Name} type veth peer name {KubeNode.Device} netns "
            + $"{each.Pods.Name}",
        ])]);
        await BatchAsync(fabric, [.. nodes.SelectMany<KubeNode, string>(each =>
        [
            $"link set {each.FabricDevice} up",
            $"address add {each.FabricAddress}/24 dev {each.FabricDevice}",
            $"route add {each.PodCidr} via {each.Address}",
        ])]);
        foreach (KubeNode each in nodes)
        {
            await BatchAsync(each.Namespace,
            [
                "link set lo up",
                $"link set {KubeNode.Device} up",
                $"link set {KubeNode.PodsDevice} up",
                $"address add {each.Address}/24 dev {KubeNode.Device}",
                $"route add default via {each.FabricAddress}",
                $"route add {each.EchoAddress} dev {KubeNode.PodsDevice}",
            ]);
            await BatchAsync(each.Pods,
            [
                "link set lo up",
                $"link set {KubeNode.Device} up",
                $"address add {each.EchoAddress}/32 dev {KubeNode.Device}",
                $"route add {each.Address} dev {KubeNode.Device}",
                $"route add default via {each.Address}",
            ]);
        }
    }

    public static async Task RemoveAsync(IReadOnlyList<KubeNode> nodes) =>
        await BatchAsync(
            NetworkNamespace.Own,
            [.. Namespaces(nodes).Where(each => each.Exists).Select(each => $"netns delete {each.Name}")]);

    private static NetworkNamespace Fabric(IReadOnlyList<KubeNode> nodes) => new($"{nodes[0].Prefix}-fabric");

    private static IReadOnlyList<NetworkNamespace> Namespaces(IReadOnlyList<KubeNode> nodes) =>
        [Fabric(nodes), .. nodes.Select(each => each.Namespace), .. nodes.Select(each => each.Pods)];

    private static Task BatchAsync(NetworkNamespace where, IReadOnlyList<string> lines) =>
        IpBatch.RunAsync(where, lines, CancellationToken.None);
}
