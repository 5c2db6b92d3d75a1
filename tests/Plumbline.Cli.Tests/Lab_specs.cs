using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>The lab from the outside, as a process, on this machine's kernel.</summary>
[Trait("Category", "Kernel")]
public sealed class Lab_specs : IAsyncLifetime
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

    [Fact]
    public async Task A_lab_measures_every_cell_writes_its_reports_and_leaves_nothing()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--services", "20,200", "--positions", "first,p25,median,p75,last,random", "--trials", "2", "--packets", "300", "--out", folder.Path);

        // 4: on a busy machine a trial may stay flagged; that is honest and not what is tested here.
        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.Contains("iptables-legacy", output, StringComparison.Ordinal);
        Assert.Contains("no rules, last arm", output, StringComparison.Ordinal);
        string html = Assert.Single(Directory.EnumerateFiles(folder.Path, "*.html"));
        Assert.Single(Directory.EnumerateFiles(folder.Path, "????????.csv"));
        Assert.Single(Directory.EnumerateFiles(folder.Path, "????????.cross-check.csv"));
        Assert.Single(Directory.EnumerateFiles(folder.Path, "*.json"));
        Assert.Contains(
            "<svg", await File.ReadAllTextAsync(html, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        const int cells = 3 * 2 * 6;
        const int probes = 2;
        Assert.Equal((cells + 2) * 2 * probes, database.ExecuteScalar<int>("SELECT count(DISTINCT trial) FROM trial"));
        Assert.Equal(
            0,
            database.ExecuteScalar<int>(
                "SELECT count(*) FROM trial WHERE accepted = 1 AND first_packets <> sent AND data_plane <> 'no-rules'"));
        Assert.Equal(
            0,
            database.ExecuteScalar<int>(
                "SELECT count(*) FROM trial WHERE measure = 'rtt' AND sent <> answered + lost + late"));
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task All_three_probes_are_measured_in_one_experiment_and_each_has_its_table()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--measure", "one-way,rtt,grpc", "--services", "20,2000", "--data-planes", "iptables-nft", "--positions", "first,last", "--trials", "2",
            "--packets", "300", "--requests", "20", "--rps", "100", "--keep-raw", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.Contains("µs in PREROUTING", output, StringComparison.Ordinal);
        Assert.Contains("by kernel timestamps", output, StringComparison.Ordinal);
        Assert.Contains("Application level (gRPC)", output, StringComparison.Ordinal);
        Assert.Contains("Cross-check: Δround-trip / Δone-way", output, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(folder.Path, "????????.cross-check.csv"));

        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal(
            ["grpc", "one-way", "rtt"], database.Query<string>("SELECT DISTINCT measure FROM trial ORDER BY measure"));
        string raw = Directory.EnumerateFiles(Assert.Single(Directory.EnumerateDirectories(folder.Path, "*.raw")), "*-round-trip.txt").Order().First();
        Assert.Equal(300, (await File.ReadAllLinesAsync(raw, TestContext.Current.CancellationToken)).Length);
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task Datagrams_can_be_echoed_in_ping_pong()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--measure", "rtt", "--rtt-mode", "udp-echo", "--rtt-pacing", "ping-pong", "--protocols", "udp", "--services", "20",
            "--data-planes", "nftables", "--positions", "random", "--trials", "1", "--packets", "200", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.DoesNotContain("µs in PREROUTING", output, StringComparison.Ordinal);
        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal(
            ["udp-echo ping-pong"], database.Query<string>("SELECT DISTINCT rtt_mode || ' ' || rtt_pacing FROM trial"));
    }

    [Fact]
    public async Task Services_with_two_ports_are_two_rules_and_both_are_stated()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--services", "30", "--ports-per-service", "2", "--endpoints", "3", "--positions", "last", "--trials", "1", "--packets", "100", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.Contains("30 Services (60 rules)", output, StringComparison.Ordinal);
        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal([60, 60, 60], database.Query<int>("SELECT rules FROM step WHERE services = 30"));
    }

    [Fact]
    public async Task The_1_35_dialect_is_measured_too()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--services", "50", "--data-planes", "nftables", "--nftables-dialect", "1.35", "--trials", "1", "--packets", "100", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
    }

    [Fact]
    public async Task Experiments_add_up_in_one_file_and_can_be_listed_by_anybody_and_reported_again()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("experiment.yaml"), "name: from a file\nservices: [10]\ndataPlanes: [nftables]\ntrials: 1\npackets: 100\n",
            TestContext.Current.CancellationToken);
        await PlumblineProcess.RunAsync("lab", folder.File("experiment.yaml"), "--out", folder.Path);
        await PlumblineProcess.RunAsync(
            "lab", folder.File("experiment.yaml"), "--name", "from a flag", "--out", folder.Path);

        (int listed, string list) = await PlumblineProcess.RunAsync("list", "--out", folder.Path);
        string id =
            list.Split('\n').First(line => line.Contains("from a flag", StringComparison.Ordinal)).Trim().Split(' ')[0];
        (int reported, string report) = await PlumblineProcess.RunAsync("report", id, "--out", folder.Path);

        File.SetUnixFileMode(folder.Path, (UnixFileMode)0b111_101_101);
        using PlumblineProcess nobody = PlumblineProcess.StartThrough(
            ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups", "env", "HOME=/tmp"], ["list", "--out", folder.Path]);

        Assert.Equal(ExitCode.Success, await nobody.ExitAsync());
        Assert.Contains("from a flag", nobody.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, listed);
        Assert.Contains("from a file", list, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, reported);
        Assert.Contains("nftables", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_lab_is_refused_while_one_runs_and_does_not_disturb_it()
    {
        using TemporaryFolder folder = new();
        using PlumblineProcess first = PlumblineProcess.Start(
            "lab", "--services", "200", "--trials", "3", "--packets", "1000", "--out", folder.Path);
        Assert.True(await first.PrintedAsync("step 1/3"), first.Output);

        (int second, string refusal) = await PlumblineProcess.RunAsync("lab", "--out", folder.Path);
        (int cleanup, string cleanupRefusal) = await PlumblineProcess.RunAsync("cleanup");

        Assert.Equal(ExitCode.CannotRun, second);
        Assert.Contains("another lab is running", refusal, StringComparison.Ordinal);
        Assert.Equal(ExitCode.CannotRun, cleanup);
        Assert.Contains("a lab is running", cleanupRefusal, StringComparison.Ordinal);
        Assert.True(await first.ExitAsync() is ExitCode.Success or ExitCode.Incomplete, first.Output);
    }

    [Fact]
    public async Task Doctor_tells_that_this_machine_can_measure()
    {
        (int exitCode, string output) = await PlumblineProcess.RunAsync("doctor");

        Assert.Equal(ExitCode.Success, exitCode);
        Assert.Contains("stage probe", output, StringComparison.Ordinal);
        Assert.Contains("legacy tables", output, StringComparison.Ordinal);
        Assert.Contains("conntrack", output, StringComparison.Ordinal);
        Assert.Contains("leftovers", output, StringComparison.Ordinal);
        await Leftovers.AssertNoneAsync();
    }
}
