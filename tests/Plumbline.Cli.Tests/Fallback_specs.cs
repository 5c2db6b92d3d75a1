using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Tests;

/// <summary>
/// Mounts hide one kernel feature at a time from the lab's process. The lab measures without it and reports that, or it
/// stops with one line before it creates anything. tests/vm/survey hides modules.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Fallback_specs : IAsyncLifetime
{
    /// <summary>Replaces the tool in PATH and prints what it prints on a kernel without the tables.</summary>
    private const string NoTables = """
        #!/bin/sh
        echo "iptables v1.8.9 (legacy): can't initialize iptables table \`nat': Table does not exist" \
            "(do you need to insmod?)" >&2
        exit 3

        """;

    /// <summary>The folder of modules. Null when this machine has none.</summary>
    private static readonly string? s_modules = Directory.Exists("/lib/modules") ? "/lib/modules" : null;

    private static readonly string[] s_small =
    [
        "--services", "10", "--positions", "last", "--builds", "1", "--trials", "1", "--packets", "100",
        "--measure", "one-way",
    ];

    /// <summary>pktgen sends no TCP.</summary>
    private static readonly string[] s_udp = ["--protocol", "udp", "--tcp-share", "0"];

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
    public async Task Without_BTF_the_lab_stops_with_one_line()
    {
        using TemporaryFolder folder = new();

        await AssertRefusedAsync(
            folder,
            "/sys/kernel/btf",
            null,
            "plumbline: BTF: the kernel has none; use a kernel built with CONFIG_DEBUG_INFO_BTF");
    }

    [Theory]
    [InlineData("lab", "--measure", "rtt")]
    [InlineData("trace", "--services", "10")]
    public async Task On_a_coarse_clock_nothing_is_timed(string command, params string[] arguments)
    {
        const string clock = "/sys/devices/system/clocksource/clocksource0";
        string plant = $"mount -t tmpfs none {clock} && echo acpi_pm >{clock}/current_clocksource && exec \"$@\"";

        using PlumblineProcess refused = PlumblineProcess.StartThrough(
            ["unshare", "--mount", "sh", "-c", plant, "sh"], [command, .. arguments]);

        Assert.Equal(ExitCode.CannotRun, await refused.ExitAsync());
        Assert.StartsWith(
            "plumbline: clock: the kernel's clock source is acpi_pm", refused.Output, StringComparison.Ordinal);
        Assert.Contains("clocksource=tsc", refused.Output, StringComparison.Ordinal);
        Assert.Single(refused.Output.Trim().Split('\n'));
        Assert.Empty(LabNetwork.List());
    }

    [Fact]
    public async Task Without_pktgen_the_lab_uses_af_packet_and_the_results_say_why()
    {
        Assert.SkipWhen(Directory.Exists("/proc/net/pktgen"), "pktgen is loaded here and cannot be hidden");
        using TemporaryFolder folder = new();

        using PlumblineProcess lab =
            Hiding(s_modules, null, [.. s_small, .. s_udp, "--data-planes", "nftables", "--out", folder.Path]);

        Assert.True(await lab.ExitAsync() is ExitCode.Success or ExitCode.Incomplete, lab.Output);
        using SqliteConnection database = new($"Data Source={folder.File("plumbline.db")};Mode=ReadOnly");
        Assert.Equal(
            ["af_packet: auto: the kernel has no pktgen"],
            database.Query<string>("SELECT DISTINCT generator || ': ' || generator_reason FROM trial"));
        string page = Assert.Single(Directory.EnumerateFiles(folder.Path, "*.html"));
        Assert.Contains(
            "af_packet (auto: the kernel has no pktgen)",
            await File.ReadAllTextAsync(page, TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lab_stops_when_the_user_demands_a_missing_pktgen()
    {
        Assert.SkipWhen(Directory.Exists("/proc/net/pktgen"), "pktgen is loaded here and cannot be hidden");
        using TemporaryFolder folder = new();

        await AssertRefusedAsync(
            folder,
            s_modules,
            null,
            "plumbline: the kernel has no pktgen; use --generator auto or af_packet",
            [.. s_udp, "--generator", "pktgen"]);
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
    public async Task Without_legacy_tables_an_experiment_on_only_these_is_refused()
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

    /// <summary>Starts a lab that sees an empty folder instead of the hidden one.</summary>
    private static PlumblineProcess Hiding(string? folder, string? path, string[] arguments) =>
        PlumblineProcess.StartThrough(
            folder is null
                ? []
                : ["unshare", "--mount", "sh", "-c", $"mount -t tmpfs none {folder} && exec \"$@\"", "sh"],
            ["lab", .. arguments],
            path);

    private static string WithoutTables(TemporaryFolder folder)
    {
        string tools = Directory.CreateDirectory(folder.File("tools")).FullName;
        string tool = Path.Combine(tools, "iptables-legacy");
        File.WriteAllText(tool, NoTables);
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return $"{tools}:{Environment.GetEnvironmentVariable("PATH")}";
    }
}
