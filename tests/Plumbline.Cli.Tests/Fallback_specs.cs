using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>
/// What the kernel offers is hidden from the lab, one thing at a time, by mounts that only its process sees: it goes on with what is
/// left and says so, or stops with one line before anything is made. Modules are hidden in tests/vm/survey.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Fallback_specs : IAsyncLifetime
{
    /// <summary>Stands before the real tool in PATH and says what that says on a kernel without the tables.</summary>
    private const string NoTables = "#!/bin/sh\necho \"iptables v1.8.9 (legacy): can't initialize iptables table \\`nat': Table does not exist (do you need to insmod?)\" >&2\nexit 3\n";

    /// <summary>Where modules are; null where this machine has none.</summary>
    private static readonly string? s_modules = Directory.Exists("/lib/modules") ? "/lib/modules" : null;

    private static readonly string[] s_small =
        ["--services", "10", "--positions", "last", "--trials", "1", "--packets", "100", "--measure", "one-way"];

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Linux.LinuxUser.IsRoot, "needs root for namespaces, rules, BPF and mounts");
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await LabNetwork.RemoveAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Without_BTF_nothing_can_be_measured_and_one_line_says_so()
    {
        using TemporaryFolder folder = new();

        await AssertRefusedAsync(
            folder,
            "/sys/kernel/btf",
            null,
            "plumbline: BTF: the kernel has none; use a kernel built with CONFIG_DEBUG_INFO_BTF");
    }

    [Fact]
    public async Task Without_pktgen_the_lab_goes_on_with_af_packet_and_the_result_says_why()
    {
        Assert.SkipWhen(Directory.Exists("/proc/net/pktgen"), "pktgen is loaded here and cannot be hidden");
        using TemporaryFolder folder = new();

        using PlumblineProcess lab =
            Hiding(s_modules, null, [.. s_small, "--data-planes", "nftables", "--out", folder.Path]);

        Assert.True(await lab.ExitAsync() is ExitCode.Success or ExitCode.Incomplete, lab.Output);
        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal(
            ["af_packet: auto: the kernel has no pktgen"],
            database.Query<string>("SELECT DISTINCT generator || ': ' || generator_reason FROM trial"));
        Assert.Contains("af_packet (auto: the kernel has no pktgen)",
            await File.ReadAllTextAsync(Assert.Single(Directory.EnumerateFiles(folder.Path, "*.html")), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pktgen_that_is_insisted_on_and_is_not_there_stops_the_lab()
    {
        Assert.SkipWhen(Directory.Exists("/proc/net/pktgen"), "pktgen is loaded here and cannot be hidden");
        using TemporaryFolder folder = new();

        await AssertRefusedAsync(
            folder,
            s_modules,
            null,
            "plumbline: the kernel has no pktgen; use --generator auto or af_packet",
            "--generator",
            "pktgen");
    }

    [Fact]
    public async Task Without_legacy_tables_the_other_data_planes_are_measured()
    {
        using TemporaryFolder folder = new();

        using PlumblineProcess lab = Hiding(null, WithoutTables(folder), [.. s_small, "--out", folder.Path]);

        Assert.True(await lab.ExitAsync() is ExitCode.Success or ExitCode.Incomplete, lab.Output);
        Assert.Contains(
            "plumbline: iptables-legacy cannot be measured here, only the others: ",
            lab.Output,
            StringComparison.Ordinal);
        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal(
            ["iptables-nft", "nftables", "no-rules"],
            database.Query<string>("SELECT DISTINCT data_plane FROM trial ORDER BY 1"));
    }

    [Fact]
    public async Task Without_legacy_tables_nothing_is_left_of_an_experiment_on_them_alone()
    {
        using TemporaryFolder folder = new();

        await AssertRefusedAsync(
            folder,
            null,
            WithoutTables(folder),
            "plumbline: iptables-legacy cannot be measured here: ",
            "--data-planes",
            "iptables-legacy");
    }

    private static async Task AssertRefusedAsync(
        TemporaryFolder folder, string? hidden, string? path, string line, params string[] arguments)
    {
        using PlumblineProcess lab = Hiding(hidden, path, [.. arguments, "--out", folder.File("results")]);

        Assert.Equal(ExitCode.CannotRun, await lab.ExitAsync());
        Assert.StartsWith(line, lab.Output, StringComparison.Ordinal);
        Assert.Single(lab.Output.Trim().Split('\n'));
        Assert.Empty(LabNetwork.List());
    }

    /// <summary>A lab that sees an empty folder where something is.</summary>
    private static PlumblineProcess Hiding(string? folder, string? path, string[] arguments) =>
        PlumblineProcess.StartThrough(
        folder is null ? [] : ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs none {folder} && exec \"$@\"", "sh"],
        ["lab", .. arguments], path);

    private static string WithoutTables(TemporaryFolder folder)
    {
        string tools = Directory.CreateDirectory(folder.File("tools")).FullName;
        string tool = Path.Combine(tools, "iptables-legacy");
        File.WriteAllText(tool, NoTables);
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
