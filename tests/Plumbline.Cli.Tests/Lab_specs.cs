using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>The lab as a process, on this machine's kernel.</summary>
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
            "lab", "--services", "20,200", "--positions", "first,p25,median,p75,last,random",
            "--builds", "1", "--trials", "2", "--packets", "300", "--out", folder.Path);

        // 4: on a busy machine a trial may stay flagged, which this test does not care about.
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
        const int measures = 2;
        Assert.Equal(
            (cells + 2) * 2 * measures, database.ExecuteScalar<int>("SELECT count(DISTINCT trial) FROM trial"));
        Assert.Equal(
            0,
            database.ExecuteScalar<int>(
                "SELECT count(*) FROM trial WHERE accepted = 1 AND first_packets <> sent "
                + "AND data_plane <> 'no-rules'"));
        Assert.Equal(
            0,
            database.ExecuteScalar<int>(
                "SELECT count(*) FROM trial WHERE measure = 'rtt' AND sent <> answered + lost + late"));
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task One_experiment_measures_all_three_measures_and_each_has_its_table()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--measure", "one-way,rtt,grpc", "--services", "20,2000", "--data-planes", "iptables-nft",
            "--positions", "first,last", "--builds", "1", "--trials", "2", "--packets", "300",
            "--requests", "20", "--rps", "100",
            "--keep-raw", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.Contains("µs in PREROUTING", output, StringComparison.Ordinal);
        Assert.Contains("by kernel timestamps", output, StringComparison.Ordinal);
        Assert.Contains("Application level (gRPC)", output, StringComparison.Ordinal);
        Assert.Contains("Cross-check: Δround-trip / Δone-way", output, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(folder.Path, "????????.cross-check.csv"));

        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal(
            ["grpc", "one-way", "rtt"], database.Query<string>("SELECT DISTINCT measure FROM trial ORDER BY measure"));
        string rawFolder = Assert.Single(Directory.EnumerateDirectories(folder.Path, "*.raw"));
        string raw = Directory.EnumerateFiles(rawFolder, "*-round-trip.txt").Order().First();
        Assert.Equal(300, (await File.ReadAllLinesAsync(raw, TestContext.Current.CancellationToken)).Length);
        await Leftovers.AssertNoneAsync();
    }

    [Fact]
    public async Task Round_trips_measure_echoed_datagrams_in_ping_pong()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--measure", "rtt", "--protocol", "udp", "--tcp-share", "0", "--rtt-pacing", "ping-pong",
            "--services", "20", "--data-planes", "nftables", "--positions", "random", "--builds", "1", "--trials", "1",
            "--packets", "200", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.DoesNotContain("µs in PREROUTING", output, StringComparison.Ordinal);
        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal(
            ["udp ping-pong"], database.Query<string>("SELECT DISTINCT protocol || ' ' || rtt_pacing FROM trial"));
        Assert.Equal([0], database.Query<int>("SELECT DISTINCT tcp_share FROM trial WHERE services > 0"));
    }

    [Fact]
    public async Task Services_with_two_ports_make_two_rules_each_and_the_output_shows_both_numbers()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--services", "30", "--ports-per-service", "2", "--endpoints", "3", "--positions", "last",
            "--builds", "1", "--trials", "1", "--packets", "100", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
        Assert.Contains("30 Services (60 rules)", output, StringComparison.Ordinal);
        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal([60, 60, 60], database.Query<int>("SELECT rules FROM step WHERE services = 30"));
    }

    [Fact]
    public async Task The_1_35_dialect_can_be_measured()
    {
        using TemporaryFolder folder = new();

        (int exitCode, string output) = await PlumblineProcess.RunAsync(
            "lab", "--services", "50", "--data-planes", "nftables", "--nftables-dialect", "1.35",
            "--builds", "1", "--trials", "1",
            "--packets", "100", "--out", folder.Path);

        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, output);
    }

    [Fact]
    public async Task One_database_holds_all_experiments_and_any_user_can_list_them()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(
            folder.File("experiment.yaml"),
            "name: from a file\nservices: [10]\ndataPlanes: [nftables]\nbuilds: 1\ntrials: 1\npackets: 100\n",
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
            PlumblineProcess.AsNobody, ["list", "--out", folder.Path]);

        Assert.Equal(ExitCode.Success, await nobody.ExitAsync());
        Assert.Contains("from a flag", nobody.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, listed);
        Assert.Contains("from a file", list, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Success, reported);
        Assert.Contains("nftables", report, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_lab_and_a_cleanup_are_refused_while_one_runs()
    {
        using TemporaryFolder folder = new();
        using PlumblineProcess first = PlumblineProcess.Start(
            "lab", "--services", "200", "--builds", "1", "--trials", "3", "--packets", "1000", "--out", folder.Path);
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
    public async Task Doctor_reports_that_this_machine_can_measure()
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
