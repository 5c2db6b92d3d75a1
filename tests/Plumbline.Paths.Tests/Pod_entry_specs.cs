using System.Net;
using Plumbline.Linux;
using Plumbline.Paths.Cluster;

namespace Plumbline.Paths.Tests;

/// <summary>Entries beside a node whose pods share a bridge, and what they leave on the node.</summary>
[Trait("Category", "Kernel")]
public sealed class Pod_entry_specs
{
    private const long Delay = 33;

    private static readonly SourcePrefix s_prefix = SourcePrefix.Parse("10.244.0.128/30");
    private static readonly SourcePrefix s_other = SourcePrefix.Parse("10.244.0.64/31");

    private readonly Guid _id = Guid.NewGuid();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_entry_answers_for_its_addresses_without_delay_and_leaves_the_node_as_it_was()
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        PodEntry entry = new(_id, BridgedNode.Name, 'o', s_prefix);

        await entry.CreateAsync(node.Node, Token);

        Assert.Equal(["10.244.0.128", "10.244.0.129", "10.244.0.130", "10.244.0.131"], await node.ProxiesAsync());
        Assert.Equal(0, await node.DelayAsync());
        await entry.RemoveAsync(node.Node);
        Assert.Equal(before, await node.StateAsync());
        Assert.Empty(BridgedNode.Pods());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_last_of_two_roles_on_a_device_gives_it_its_delay_back(bool firstLeavesFirst)
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        PodEntry first = new(_id, BridgedNode.Name, 'o', s_prefix);
        PodEntry second = new(_id, BridgedNode.Name, 'r', s_other);
        await first.CreateAsync(node.Node, Token);
        await second.CreateAsync(node.Node, Token);

        await (firstLeavesFirst ? first : second).RemoveAsync(node.Node);
        Assert.Equal(0, await node.DelayAsync());
        Assert.Equal(firstLeavesFirst ? 2 : 4, (await node.ProxiesAsync()).Count);

        await (firstLeavesFirst ? second : first).RemoveAsync(node.Node);
        Assert.Equal(before, await node.StateAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_killed_workers_restart_gives_the_delay_back_once_nobody_uses_the_device(bool restartsFirst)
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        PodEntry killed = new(_id, BridgedNode.Name, 'o', s_prefix);
        PodEntry alive = new(_id, BridgedNode.Name, 'r', s_other);
        await killed.CreateAsync(node.Node, Token);
        await alive.CreateAsync(node.Node, Token);

        // Nothing of the killed entry is kept in this process: only the node knows about it.
        Func<Task>[] steps =
        [
            async () => Assert.Equal(
                [killed.Pod.Name!], await PodEntry.SweepAsync(node.Node, BridgedNode.Name, killed.Role)),
            () => alive.RemoveAsync(node.Node),
        ];
        await steps[restartsFirst ? 0 : 1]();
        Assert.Equal(0, await node.DelayAsync());
        await steps[restartsFirst ? 1 : 0]();

        Assert.Equal(before, await node.StateAsync());
    }

    [Fact]
    public async Task A_worker_that_lost_its_files_and_its_namespace_still_gives_the_delay_back()
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        PodEntry killed = new(_id, BridgedNode.Name, 'o', s_prefix);
        await killed.CreateAsync(node.Node, Token);
        await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns delete {killed.Pod.Name}"], Token);

        Assert.Empty(await PodEntry.SweepAsync(node.Node, BridgedNode.Name, killed.Role));

        Assert.Equal(before, await node.StateAsync());
    }

    [Fact]
    public async Task A_worker_that_starts_after_another_was_killed_does_not_take_0_for_the_earlier_delay()
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        await new PodEntry(_id, BridgedNode.Name, 'o', s_prefix).CreateAsync(node.Node, Token);
        PodEntry next = new(Guid.NewGuid(), BridgedNode.Name, 'r', s_other);

        await next.CreateAsync(node.Node, Token);
        await PodEntry.SweepAsync(node.Node, BridgedNode.Name, 'o');
        await next.RemoveAsync(node.Node);

        Assert.Equal(before, await node.StateAsync());
    }

    [Fact]
    public async Task Two_experiments_of_one_role_keep_apart()
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        PodEntry one = new(_id, BridgedNode.Name, 'o', s_prefix);
        PodEntry other = new(Guid.NewGuid(), BridgedNode.Name, 'o', s_other);
        await one.CreateAsync(node.Node, Token);
        await other.CreateAsync(node.Node, Token);

        await one.RemoveAsync(node.Node);

        Assert.Equal(["10.244.0.64", "10.244.0.65"], await node.ProxiesAsync());
        Assert.Equal(0, await node.DelayAsync());
        await other.RemoveAsync(node.Node);
        Assert.Equal(before, await node.StateAsync());
    }

    [Fact]
    public async Task A_delay_that_is_0_already_stays_so()
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(0);
        string before = await node.StateAsync();
        PodEntry entry = new(_id, BridgedNode.Name, 'o', s_prefix);

        await entry.CreateAsync(node.Node, Token);
        Assert.All(await IpLink.ListAsync(node.Node, Token), device => Assert.Empty(device.AltNames));
        await entry.RemoveAsync(node.Node);

        Assert.Equal(before, await node.StateAsync());
    }

    [Fact]
    public async Task An_entry_that_fails_half_way_leaves_nothing()
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        await IpBatch.RunAsync(node.Node, ["route add 10.244.0.128 dev cni0"], Token);
        string before = await node.StateAsync();

        await Assert.ThrowsAsync<ToolException>(
            () => new PodEntry(_id, BridgedNode.Name, 'o', s_prefix).CreateAsync(node.Node, Token));

        Assert.Equal(before, await node.StateAsync());
        Assert.Empty(BridgedNode.Pods());
    }

    [Theory]
    [InlineData("10.244.0.128/30", "not an address")]
    [InlineData("10.244.0.129/30", "10.244.0.11")]
    public async Task A_node_that_is_described_wrongly_is_not_touched(string prefix, string endpoint)
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        using KubeProxyMetrics silent = new(node.Node, new IPEndPoint(IPAddress.Loopback, 1));
        ClusterNodeAccess access = new(node.Node, 'o', silent);

        await Assert.ThrowsAsync<FormatException>(() => ClusterIpPath.Instance.EnterAsync(
            access, _id, Planes.Nftables, Measured(prefix, endpoint), Token));

        Assert.Equal(before, await node.StateAsync());
        Assert.Empty(BridgedNode.Pods());
    }

    [Fact]
    public async Task The_path_says_where_packets_go_and_what_probes_know_them_by()
    {
        await using BridgedNode node = await BridgedNode.CreateAsync(Delay);
        string before = await node.StateAsync();
        using KubeProxyMetrics silent = new(node.Node, new IPEndPoint(IPAddress.Loopback, 1));
        ClusterNodeAccess access = new(node.Node, 'o', silent);
        MeasuredNode measured = Measured("10.244.0.128/30", "10.244.0.11");
        IpLink[] devices;

        foreach ((DataPlane dataPlane, int port) in new[] { (DataPlane.NoRules, 7001), (Planes.Nftables, 7000) })
        {
            await using TrafficEntry entry =
                await ClusterIpPath.Instance.EnterAsync(access, _id, dataPlane, measured, Token);
            devices = [.. await IpLink.ListAsync(node.Node, Token)];

            Assert.Equal(("10.244.0.11", port), (entry.EndpointIp.ToString(), entry.DestinationPort));
            Assert.Equal(await node.Node.InodeAsync(), entry.Identity.NetnsInode);
            Assert.Contains(devices, each => each.Index == entry.Identity.IngressIndex);
        }

        Assert.Equal(before, await node.StateAsync());
    }

    private static MeasuredNode Measured(string prefix, string endpoint) => new()
    {
        Name = BridgedNode.Name,
        SourcePrefix = prefix,
        EndpointIp = endpoint,
        EndpointPort = 7001,
        ServiceNamespace = "lat",
    };
}
