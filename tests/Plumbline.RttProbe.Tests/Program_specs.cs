using Plumbline.Linux;

namespace Plumbline.RttProbe.Tests;

/// <summary>The program as a user runs it.</summary>
public sealed class Program_specs
{
    [Theory]
    [InlineData("'10.0.0.1:70000' is not an address and port", "ping", "10.0.0.1:70000")]
    [InlineData("'10.0.0.1' is not an address and port", "ping", "10.0.0.1")]
    [InlineData("'here:80' is not an address and port", "grpc", "here:80")]
    [InlineData("the port must be 1 … 65,535", "ping", "10.0.0.1:0")]
    [InlineData("only IPv4 targets are supported", "ping", "[::1]:80")]
    [InlineData("--count: 0 is not between", "ping", "10.0.0.1:80", "--count", "0")]
    [InlineData("--count: -5 is not between", "ping", "10.0.0.1:80", "--count", "-5")]
    [InlineData("50,000 packets and 100 to warm up need a source port each", "ping", "10.0.0.1:80", "--count", "50000")]
    [InlineData("--rate: 0 is not between", "ping", "10.0.0.1:80", "--rate", "0")]
    [InlineData("--timeout: 0 is not between", "ping", "10.0.0.1:80", "--timeout", "0")]
    [InlineData("--protocol: 'icmp' is not one of udp, tcp", "ping", "10.0.0.1:80", "--protocol", "icmp")]
    [InlineData("--pacing: 'fast' is not one of", "ping", "10.0.0.1:80", "--pacing", "fast")]
    [InlineData("--source-ports: '9-2' is not a range", "ping", "10.0.0.1:80", "--source-ports", "9-2")]
    [InlineData("--netns: there is no network namespace nowhere", "ping", "10.0.0.1:80", "--netns", "nowhere")]
    [InlineData("--requests: 0 is not between", "grpc", "10.0.0.1:80", "--requests", "0")]
    [InlineData("--rps: 0 is not between", "grpc", "10.0.0.1:80", "--rps", "0")]
    [InlineData("--connection: 'none' is not one of new, kept-alive", "grpc", "10.0.0.1:80", "--connection", "none")]
    [InlineData("--work-us: -1 is not between", "grpc", "10.0.0.1:80", "--work-us", "-1")]
    [InlineData("--nonsense", "ping", "10.0.0.1:80", "--nonsense")]
    public async Task Wrong_input_is_refused_in_one_line_that_names_it(string line, params string[] arguments)
    {
        (int exitCode, string output, string error) = await RttProbeProcess.RunAsync(arguments);

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.Contains(line, error, StringComparison.Ordinal);
        Assert.StartsWith("rtt-probe: ", error, StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_target_without_a_route_is_unreachable()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await ProbedNode.RunAsync(node.Node.Client, "ip", "route", "delete", "default");

        (int exitCode, _, string error) = await RttProbeProcess.RunAsync(
            "ping", "10.96.0.10:80", "--netns", node.Node.Client.Name!);

        Assert.Equal(1, exitCode);
        Assert.Contains("10.96.0.10:80 is unreachable", error, StringComparison.Ordinal);
        Assert.Empty(await ProbedNode.RunAsync(node.Node.Client, "nft", "list", "ruleset"));
    }

    [Fact]
    public async Task A_silent_target_and_one_that_answers_have_different_exit_codes()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        await ProbedNode.RunAsync(
            node.Node.Endpoints,
            "nft",
            "add table ip planted { chain input { type filter hook input priority 0; tcp dport 9000 drop; }; }");

        (int silent, string counts, string error) = await RttProbeProcess.RunAsync(
            "ping", "10.244.0.11:9000", "--netns", node.Node.Client.Name!, "--count", "20", "--timeout", "50");
        (int answered, _, _) = await RttProbeProcess.RunAsync(
            "ping", "10.244.0.11:9001", "--netns", node.Node.Client.Name!, "--count", "20", "--timeout", "50");

        Assert.Equal((1, 0), (silent, answered));
        Assert.Contains("sent 20 = answered 0 + lost 20 + late 0", counts, StringComparison.Ordinal);
        Assert.Contains("10.244.0.11:9000 answered none of 20 packets in time", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_latencies_can_be_written_one_per_line_in_nanoseconds()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();
        using TemporaryFolder folder = new();
        string file = folder.File("raw.txt");

        (int exitCode, string output, _) = await RttProbeProcess.RunAsync(
            "ping", "10.244.0.11:9000", "--netns", node.Node.Client.Name!, "--count", "300", "--raw", file);

        Assert.Equal(0, exitCode);
        string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        long[] raw = [.. lines.Select(line => long.Parse(line, null))];
        Assert.Equal(300, raw.Length);
        Assert.All(raw, ns => Assert.InRange(ns, 500, 1_000_000_000));
        Assert.Contains("sent 300 = answered 300", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_that_speaks_no_gRPC_fails_every_request_with_the_reason()
    {
        await using ProbedNode node = await ProbedNode.CreateAsync();

        (int exitCode, string output, string error) = await RttProbeProcess.RunAsync(
            "grpc", "10.244.0.11:9000", "--netns", node.Node.Client.Name!, "--requests", "5", "--warmup", "0");

        Assert.Equal(1, exitCode);
        Assert.Contains("failed 5", output, StringComparison.Ordinal);
        Assert.Contains("Connection refused", error, StringComparison.Ordinal);
    }
}
