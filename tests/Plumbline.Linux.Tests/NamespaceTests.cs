namespace Plumbline.Linux.Tests;

[Trait("Category", "Kernel")]
public sealed class NamespaceTests : IAsyncLifetime
{
    private readonly NetworkNamespace _one = new($"linux-tests-{Environment.ProcessId}-1");
    private readonly NetworkNamespace _two = new($"linux-tests-{Environment.ProcessId}-2");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces");
        await IpBatch.RunAsync(NetworkNamespace.Own, [$"netns add {_one.Name}", $"netns add {_two.Name}"], Token);
    }

    public async ValueTask DisposeAsync()
    {
        string[] lines =
        [
            .. new[] { _one, _two }.Where(each => each.Exists).Select(each => $"netns delete {each.Name}"),
        ];
        if (lines.Length > 0)
        {
            await IpBatch.RunAsync(NetworkNamespace.Own, lines, CancellationToken.None);
        }
    }

    [Fact]
    public async Task A_setting_is_written_in_its_namespace_alone()
    {
        await _one.WriteSysctlAsync("net.ipv4.ip_forward", 1);
        await _two.WriteSysctlAsync("net.ipv4.ip_forward", 0);

        Assert.Equal(1, await _one.ReadSysctlAsync("net.ipv4.ip_forward"));
        Assert.Equal(0, await _two.ReadSysctlAsync("net/ipv4/ip_forward"));
    }

    [Fact]
    public async Task A_setting_that_the_kernel_does_not_have_is_refused()
    {
        await Assert.ThrowsAnyAsync<IOException>(() => _one.WriteSysctlAsync("net.ipv4.no_such_setting", 1));
        await Assert.ThrowsAnyAsync<IOException>(() => _one.ReadSysctlAsync("net.ipv4.no_such_setting"));
        await Assert.ThrowsAnyAsync<IOException>(() => _one.WriteSysctlAsync("net.ipv4.ip_default_ttl", -1));
    }

    [Fact]
    public async Task Devices_are_listed_with_their_addresses_and_names()
    {
        await IpBatch.RunAsync(
            _one,
            [
                "link add pods.7 type veth peer name peer.7",
                "link property add dev pods.7 altname another-name",
                "address add 10.1.0.1/24 dev pods.7",
                "neighbour add proxy 10.1.0.7 dev pods.7 protocol 111",
                "neighbour add proxy 10.1.0.8 dev pods.7",
            ],
            Token);

        IpLink device = (await IpLink.ListAsync(_one, Token)).Single(each => each.Name == "pods.7");

        Assert.Equal("DOWN", device.State);
        Assert.Equal(["another-name"], device.AltNames);
        Assert.Contains(new IpLinkAddress("inet", "10.1.0.1", 24), device.Addresses);
        Assert.Equal(device.Index, (await IpLink.GetAsync(_one, "pods.7", Token)).Index);
        Assert.Equal(
            [new IpProxy("10.1.0.7", "pods.7", "111"), new IpProxy("10.1.0.8", "pods.7")],
            (await IpProxy.ListAsync(_one, Token)).OrderBy(each => each.Address, StringComparer.Ordinal));
        Assert.Empty(await IpProxy.ListAsync(_two, Token));
        await Assert.ThrowsAsync<ToolException>(() => IpLink.GetAsync(_two, "pods.7", Token));
    }

    [Fact]
    public async Task A_lock_is_held_by_one_in_its_namespace_and_free_in_another()
    {
        Task<NamespaceLock> waiting;
        using (await NamespaceLock.TakeAsync(_one, "a-lock", Token))
        {
            (await NamespaceLock.TakeAsync(_two, "a-lock", Token)).Dispose();
            (await NamespaceLock.TakeAsync(_one, "another-lock", Token)).Dispose();
            waiting = NamespaceLock.TakeAsync(_one, "a-lock", Token);
            await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromMilliseconds(300), Token));
        }

        (await waiting.WaitAsync(TimeSpan.FromSeconds(10), Token)).Dispose();
    }
}
