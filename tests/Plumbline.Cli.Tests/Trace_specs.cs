using System.Text.Json;
using Plumbline.Paths.Lab;
using Plumbline.Store.Storage;

namespace Plumbline.Cli.Tests;

/// <summary>`plumbline trace` from the outside, as a process, on this machine's kernel.</summary>
[Trait("Category", "Kernel")]
public sealed class Trace_specs : IAsyncLifetime
{
    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await LabNetwork.RemoveAsync();
        GC.SuppressFinalize(this);
    }

    public static TheoryData<string, int> Stops => Stop_specs.Moments(["INT", "TERM", "HUP"], 1);

    [Fact]
    public async Task Json_has_two_packets_of_a_flow_for_each_data_plane_and_nothing_is_left()
    {
        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "trace", "--services", "20", "--repeat", "2", "--json");

        Assert.True(exitCode == ExitCode.Success, output);
        using JsonDocument document = JsonDocument.Parse(output);
        Assert.Equal(1, document.RootElement.GetProperty("schemaVersion").GetInt32());
        JsonElement[] traces = [.. document.RootElement.GetProperty("traces").EnumerateArray()];
        Assert.Equal(
            ["iptables-legacy", "iptables-nft", "nftables"],
            traces.Select(trace => trace.GetProperty("dataPlane").GetString()));
        Assert.All(traces, trace =>
        {
            Assert.Equal(19, trace.GetProperty("targetIndex").GetInt32());
            Assert.Equal(2, trace.GetProperty("flows").GetArrayLength());
            JsonElement flow = trace.GetProperty("flows")[0];
            Assert.Empty(flow.GetProperty("remarks").EnumerateArray());
            AssertPacket(flow.GetProperty("first"), "made");
            AssertPacket(flow.GetProperty("second"), "met");
        });
        await Leftovers.AssertNoneAsync();

        static void AssertPacket(JsonElement packet, string entry)
        {
            Assert.Equal(
                ("left", entry), (packet.GetProperty("verdict").GetString(), packet.GetProperty("entry").GetString()));
            Assert.True(packet.GetProperty("isTranslated").GetBoolean());
            Assert.Equal(
                packet.GetProperty("totalNs").GetInt64(), packet.GetProperty("stages").EnumerateArray().Sum(stage => stage.GetProperty("durationNs").GetInt64()));
        }
    }

    [Fact]
    public async Task For_people_the_second_packet_stands_beside_the_first_with_the_rule_and_the_probes_cost()
    {
        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "trace", "--services", "20", "--data-plane", "iptables-nft", "--position", "first");

        Assert.True(exitCode == ExitCode.Success, output);
        Assert.Contains("first packet            second packet", output, StringComparison.Ordinal);
        Assert.Contains("-A KUBE-SERVICES -d 10.96.", output, StringComparison.Ordinal);
        Assert.Matches("conntrack entry +made +met", output);
        Assert.Matches(@"translated to +10\.244\.0\.11:7001 +10\.244\.0\.11:7001", output);
        Assert.Matches("prerouting +0 ", output);
        Assert.Contains("a run of one of its programs is about", output, StringComparison.Ordinal);
        Assert.DoesNotContain("iptables-legacy", output, StringComparison.Ordinal);

        // Names of chains are long where the kernel lets them be told apart.
        int widest = output.Contains("rule functions by", StringComparison.Ordinal) ? 120 : 80;
        Assert.All(
            output.Split('\n').Where(line => !line.Contains("KUBE-SVC", StringComparison.Ordinal)),
            line => Assert.True(line.Length <= widest, line));
    }

    [Theory]
    [MemberData(nameof(Stops))]
    public async Task A_signal_at_a_random_moment_leaves_nothing(string signal, int milliseconds)
    {
        using PlumblineProcess trace =
            PlumblineProcess.Start("trace", "--services", "3000", "--repeat", "1000", "--json");
        await Task.Delay(milliseconds, TestContext.Current.CancellationToken);

        await trace.SignalAsync(signal);
        int exitCode = await trace.ExitAsync();

        // Before the lab has begun, a signal ends the process as any other; there is nothing to remove yet. And it may have come
        // to its end before the signal came.
        bool wasFaster = exitCode is ExitCode.Success or ExitCode.Incomplete && trace.Output.TrimEnd().EndsWith('}');
        Assert.True(wasFaster || exitCode is ExitCode.Cancelled or 129 or 143, $"{exitCode}: {trace.Output}");
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task What_a_killed_trace_leaves_is_removed_by_cleanup()
    {
        using PlumblineProcess trace = PlumblineProcess.Start("trace", "--services", "3000");
        while (LabNetwork.List().Count < 3)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await trace.SignalAsync("KILL");
        await trace.ExitAsync();
        (int exitCode, string output) = await PlumblineProcess.RunAsync("cleanup");

        Assert.True(exitCode == ExitCode.Success, output);
        Assert.Contains("removed 3 network namespaces", output, StringComparison.Ordinal);
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task A_node_that_is_deleted_meanwhile_is_named_and_nothing_is_left()
    {
        using PlumblineProcess trace =
            PlumblineProcess.Start("trace", "--services", "20000", "--data-plane", "iptables-nft");
        while (LabNetwork.List().Count < 3)
        {
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        string node = LabNetwork.List().Single(name => name.EndsWith("-node", StringComparison.Ordinal));
        await Task.Delay(1_000, TestContext.Current.CancellationToken);
        await Linux.Tool.RunAsync(
            Linux.NetworkNamespace.Own, "ip", ["netns", "delete", node], token: TestContext.Current.CancellationToken);

        Assert.Equal(ExitCode.Failed, await trace.ExitAsync());
        Assert.Contains(node, trace.Output, StringComparison.Ordinal);
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task While_a_lab_runs_nothing_is_traced()
    {
        using LabLock labLock = LabLock.TryTake()!;

        (int exitCode, string output) = await PlumblineProcess.RunAsync("trace");

        Assert.Equal(ExitCode.CannotRun, exitCode);
        Assert.Contains("another lab is running", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dataPlanes: 'ipvs' is not one of iptables-legacy, iptables-nft, nftables", "--data-plane", "ipvs")]
    [InlineData("services[0]: 0 is not between 1 and 100,000", "--services", "0")]
    [InlineData("positions: 'middle' is not one of first, p25, median, p75, last, random", "--position", "middle")]
    [InlineData("nftablesDialect: '1.30' is not one of 1.36, 1.35", "--nftables-dialect", "1.30")]
    [InlineData("repeat: 0 is not between 1 and 1,000", "--repeat", "0")]
    [InlineData("seed: -1 is not between", "--seed", "-1")]
    public async Task A_wrong_flag_is_named_and_nothing_is_created(string message, params string[] flags)
    {
        (int exitCode, string output) = await PlumblineProcess.RunAsync(["trace", .. flags]);

        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.Single(output.Trim().Split('\n'));
        Assert.Empty(LabNetwork.List());
    }

    [Fact]
    public async Task Without_root_the_remedy_is_named()
    {
        using PlumblineProcess trace = PlumblineProcess.StartThrough(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=/tmp", "DOTNET_CLI_HOME=/tmp"], ["trace"]);

        Assert.Equal(ExitCode.CannotRun, await trace.ExitAsync());
        Assert.Contains("plumbline trace needs root", trace.Output, StringComparison.Ordinal);
        Assert.Single(trace.Output.Trim().Split('\n'));
    }
}
