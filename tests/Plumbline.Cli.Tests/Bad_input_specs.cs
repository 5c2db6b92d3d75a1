using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>
/// Every wrong input ends with one clear line that names the field or the fix, with an exit code other than 0, and
/// creates nothing.
/// </summary>
public sealed class Bad_input_specs
{
    private static readonly string[] s_tools =
        ["ip", "nft", "iptables-legacy-restore", "iptables-nft-restore", "dotnet"];

    public static TheoryData<string[], string> Flags => new()
    {
        { ["--data-planes", "ipvs"], "dataPlanes: 'ipvs' is not one of iptables-legacy, iptables-nft, nftables" },
        { ["--data-planes", "no-rules"], "dataPlanes: 'no-rules' is not one of" },
        { ["--services", "0"], "services[0]: 0 is not between 1 and 100,000" },
        { ["--services", "100,2000000"], "services[1]: 2000000 is not between 1 and 100,000" },
        { ["--services", "ten"], "--services: 'ten' is not a whole number." },
        { ["--services", "10,10"], "services: names a number of Services twice" },
        { ["--rate", "-1"], "ratePps: -1 is not between 1 and 1,000,000" },
        { ["--rate", "fast"], "--rate" },
        { ["--generator", "hping3"], "generator: 'hping3' is not one of auto, pktgen, af_packet" },
        { ["--positions", "middle"], "positions: 'middle' is not one of first, p25, median, p75, last, random" },
        { ["--trials", "0"], "trials: 0 is not between" },
        { ["--packets", "0"], "packets: 0 is not between" },
        { ["--nftables-dialect", "1.30"], "nftablesDialect: '1.30' is not one of 1.36, 1.35" },
        { ["--protocol", "sctp"], "protocol: 'sctp' is not one of tcp, udp" },
        {
            ["--protocol", "udp"],
            "protocol: udp packets find no udp port among those of 100 Services with tcpShare 100; change tcpShare"
        },
        { ["--tcp-share", "0"], "protocol: tcp packets find no tcp port among those of 100 Services with tcpShare 0" },
        { ["--tcp-share", "101"], "tcpShare: 101 is more than 100" },
        { ["--protocol", "udp", "--tcp-share", "0", "--measure", "grpc"], "protocol: must contain tcp, which grpc" },
        { ["--generator", "pktgen"], "generator: pktgen sends UDP only, and protocol has tcp; use af_packet or auto" },
        { ["--measure", "ping"], "measure: 'ping' is not one of one-way, rtt, grpc" },
        { ["--timing", "fentry"], "timing: 'fentry' is not one of stage, function" },
        {
            ["--timing", "function", "--measure", "rtt"],
            "timing: names function, which times one-way packets, but measure has no one-way"
        },
        { ["--timing", "function,fentry"], "timing: 'fentry' is not one of" },
        { ["--families", "ipv6"], "families: 'ipv6' is not one of ipv4" },
        { ["--paths", "node-port"], "paths: 'node-port' is not one of cluster-ip" },
        { ["--nodes", "node-a"], "nodes: a lab has no cluster; measure a cluster's nodes with `plumbline run`" },
        { ["--ports-per-service", "501"], "portsPerService: 501 is not between 1 and 500" },
        {
            ["--services", "1", "--tcp-share", "50", "--protocol", "tcp,udp"],
            "protocol: udp packets find no udp port among those of 1 Services with tcpShare 50"
        },
        { ["--rtt-pacing", "fast"], "rttPacing: 'fast' is not one of open-loop, ping-pong" },
        { ["--timeout", "0"], "timeoutMs: 0 is not between" },
        { ["--requests", "0"], "requests: 0 is not between" },
        { ["--rps", "-1"], "rps: -1 is not between" },
        { ["--connection", "none"], "connection: 'none' is not one of new, kept-alive" },
        { ["--work-us", "3000000"], "workUs: is longer than a request's timeout" },
        { ["--endpoints", "0"], "endpointsPerService: 0 is not between" },
        { ["--unknown-flag"], "--unknown-flag" },
        { ["/nowhere/experiment.yaml"], "/nowhere/experiment.yaml cannot be read" },
    };

    public static TheoryData<string, string> Files => new()
    {
        { "servces: [100]\n", "experiment.yaml, line 1: unknown key 'servces'; known are name, dataPlanes, nodes" },
        { "trials: 1\nfamily: [ipv4]\n", "experiment.yaml, line 2: unknown key 'family'" },
        { "families: [ipv6]\n", "families: 'ipv6' is not one of ipv4" },
        { "families: ipv6\n", "families: 'ipv6' is not one of ipv4" },
        { "families: [ipv4, ipv6]\n", "families: 'ipv6' is not one of ipv4" },
        { "services: [100\n", "line" },
        { "services: many\n", "line 1" },
        { "ratePps: -5\n", "ratePps: -5 is not between" },
        { "services: []\ntrials: 0\n", "services: must name at least one" },
        { "- 1\n- 2\n", "line 1" },
    };

    [Theory]
    [MemberData(nameof(Flags))]
    public async Task A_wrong_flag_is_reported_by_its_name_and_nothing_is_created(string[] flags, string message)
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root, because the lab first checks for it");
        await AssertRefusedAsync(ExitCode.BadInput, message, flags);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_wrong_file_is_reported_with_its_key_or_line_and_nothing_is_created(string yaml, string message)
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root, because the lab first checks for it");
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("experiment.yaml"), yaml, TestContext.Current.CancellationToken);

        await AssertRefusedAsync(ExitCode.BadInput, message, folder.File("experiment.yaml"));
    }

    [Fact]
    public async Task Every_wrong_field_is_reported()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root, because the lab first checks for it");
        string output = await AssertRefusedAsync(
            ExitCode.BadInput, "trials", "--trials", "0", "--packets", "-3", "--data-planes", "x");

        Assert.Contains("packets: -3", output, StringComparison.Ordinal);
        Assert.Contains("dataPlanes: 'x'", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_root_the_message_says_sudo()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root to run as another user");
        using TemporaryFolder folder = new();
        using PlumblineProcess lab = PlumblineProcess.StartThrough(
            PlumblineProcess.AsNobody, ["lab", "--out", folder.Path]);

        Assert.Equal(ExitCode.CannotRun, await lab.ExitAsync());
        Assert.Contains("run it with sudo", lab.Output, StringComparison.Ordinal);
        Assert.Single(lab.Output.Trim().Split('\n'));
    }

    [Theory]
    [InlineData(
        "nft",
        "nft is missing: apt-get install nftables "
        + "(for nftables and rtt; or leave that out of --data-planes and --measure)")]
    [InlineData("iptables-legacy-restore", "iptables-legacy-restore is missing: apt-get install iptables")]
    [InlineData("ip", "ip is missing: apt-get install iproute2")]
    public async Task A_missing_tool_is_reported_with_its_package(string tool, string message)
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root, because the lab first checks for it");
        using TemporaryFolder folder = new();
        using TemporaryFolder tools = new();
        foreach (string each in s_tools.Where(each => each != tool))
        {
            File.CreateSymbolicLink(tools.File(each), PlumblineProcess.Which(each));
        }

        using PlumblineProcess lab = PlumblineProcess.StartThrough([], ["lab", "--out", folder.Path], path: tools.Path);

        Assert.Equal(ExitCode.CannotRun, await lab.ExitAsync());
        Assert.Contains(message, lab.Output, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.Empty(LabNetwork.List());
    }

    [Fact]
    public async Task A_read_only_folder_is_reported_before_anything_is_measured()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root to mount a read-only folder");
        using TemporaryFolder folder = new();
        using PlumblineProcess lab = PlumblineProcess.StartThrough(
            ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs -o ro none {folder.Path} && exec \"$@\"", "sh"],
            ["lab", "--out", folder.File("results")]);

        Assert.Equal(ExitCode.BadInput, await lab.ExitAsync());
        Assert.Contains($"--out: {folder.Path} cannot be written", lab.Output, StringComparison.Ordinal);
        Assert.Empty(LabNetwork.List());
    }

    [Fact]
    public async Task A_report_of_an_unknown_experiment_is_refused()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync("report", "abcd", "--out", folder.Path);

        Assert.Equal(ExitCode.BadInput, exitCode);
        Assert.Single(output.Trim().Split('\n'));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static async Task<string> AssertRefusedAsync(int expected, string message, params string[] arguments)
    {
        using TemporaryFolder folder = new();
        string results = folder.File("results");

        (int exitCode, string output) = await PlumblineProcess.RunAsync(["lab", .. arguments, "--out", results]);

        Assert.True(exitCode == expected, $"{exitCode}: {output}");
        Assert.Contains(message, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(results), "the lab created a folder");
        Assert.Empty(LabNetwork.List());
        return output;
    }
}
