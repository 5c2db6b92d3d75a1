using Plumbline.Trials.Sending;
using System.Diagnostics;
using Plumbline.DataPlanes;
using Plumbline.Linux;
using Plumbline.Paths;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe.Tests;

[Trait("Category", "Kernel")]
public sealed class Reply_guard_specs
{
    private static readonly FlowSpace s_flows = new(new IpAddress(0x0AF48002), 100);

    [Fact]
    public async Task The_rule_exists_while_the_guard_lives()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        NetworkNamespace client = node.Node.Client;

        await using (ReplyGuard guard = await StartAsync(client))
        {
            Assert.Contains(
                "ip daddr 10.244.128.2-10.244.128.101 tcp sport 80 tcp dport 1024-65535 drop",
                await RulesAsync(client),
                StringComparison.Ordinal);
        }

        Assert.Empty(await RulesAsync(client));
    }

    [Fact]
    public async Task Others_cannot_remove_the_rule_by_mistake_and_theirs_stay()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        NetworkNamespace client = node.Node.Client;
        await ProbedNode.RunAsync(client, "nft", "add table ip somebodys");

        await using (ReplyGuard guard = await StartAsync(client))
        {
            await ProbedNode.RunAsync(client, "nft", "flush", "ruleset");
            Assert.Contains(guard.Table, await RulesAsync(client), StringComparison.Ordinal);
            await ProbedNode.RunAsync(client, "nft", "add table ip somebodys");
        }

        Assert.Equal("table ip somebodys {\n}", (await RulesAsync(client)).Trim());
    }

    [Fact]
    public async Task A_killed_program_leaves_no_rule_and_no_process()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        NetworkNamespace client = node.Node.Client;
        using Process probe = RttProbeProcess.Start(
            "ping", "10.244.0.11:9000", "--netns", client.Name!, "--rate", "10", "--count", "10000");
        await WaitAsync(
            async () => (await RulesAsync(client)).Contains("drop", StringComparison.Ordinal), "the rule to exist");

        probe.Kill();
        await probe.WaitForExitAsync(TestContext.Current.CancellationToken);

        await WaitAsync(async () => (await RulesAsync(client)).Length == 0, "the rule to be gone");
        await WaitAsync(async () => (await ProcessesAsync(client)).Length == 0, "nft to end");
    }

    [Fact]
    public async Task A_namespace_that_does_not_exist_is_an_error_and_not_a_hang()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces");

        InvalidOperationException error = await Assert.ThrowsAsync<InvalidOperationException>(
            () => StartAsync(new NetworkNamespace("plumbline-nowhere")));

        Assert.StartsWith(
            "nft did not make the rule that drops answers: ", error.Message, StringComparison.Ordinal);
    }

    private static Task<ReplyGuard> StartAsync(NetworkNamespace where) =>
        ReplyGuard.StartAsync(
            where, ServiceProtocol.Tcp, s_flows, 80, target: null, TestContext.Current.CancellationToken);

    private static Task<string> RulesAsync(NetworkNamespace where) =>
        ProbedNode.RunAsync(where, "nft", "list", "ruleset");

    private static Task<string> ProcessesAsync(NetworkNamespace where) =>
        ProbedNode.RunAsync(NetworkNamespace.Own, "ip", "netns", "pids", where.Name!);

    private static async Task WaitAsync(Func<Task<bool>> isSo, string what)
    {
        long deadline = Environment.TickCount64 + 10_000;
        while (!await isSo())
        {
            Assert.True(Environment.TickCount64 < deadline, $"waited ten seconds for {what}");
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
