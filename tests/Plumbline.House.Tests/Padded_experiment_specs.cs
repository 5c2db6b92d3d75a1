using System.CommandLine;
using Plumbline.Cli;
using Plumbline.Cli.Commands;
using Plumbline.Linux;
using Plumbline.Paths.Lab;

namespace Plumbline.House.Tests;

/// <summary>The tests' own data plane and axis in the product's lab, from an experiment file to the reports.</summary>
[Trait("Category", "Kernel")]
public sealed class Padded_experiment_specs
{
    private const string Yaml = """
        dataPlanes: [padded, nftables]
        paddings: [0, 1500]
        services: [20]
        positions: [last]
        protocol: [udp]
        tcpShare: [0]
        measure: [one-way]
        builds: 1
        trials: 2
        packets: 300
        """;

    [Fact]
    public async Task The_lab_measures_and_reports_them()
    {
        Assert.SkipUnless(LinuxUser.IsRoot, "needs root for network namespaces, rules and BPF");
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder.File("padded.yaml"), Yaml, TestContext.Current.CancellationToken);

        int exitCode = await LabCommand.Create().Parse([folder.File("padded.yaml"), "--out", folder.Path]).InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            TestContext.Current.CancellationToken);

        // 4: on a busy machine a trial may stay flagged. Its cell is in the reports all the same.
        Assert.True(exitCode is ExitCode.Success or ExitCode.Incomplete, $"exit code {exitCode}");
        string[] csv = await ReadAsync(folder, "????????.csv");
        int plane = Array.IndexOf(csv[0].Split(','), "data_plane");
        int padding = Array.IndexOf(csv[0].Split(','), "padding");
        Assert.Equal(
            ["nftables 0", "nftables 1500", "padded 0", "padded 1500"],
            csv[1..].Select(row => row.Split(',')).Where(row => row[plane] != "no-rules")
                .Select(row => $"{row[plane]} {row[padding]}").Distinct().Order(StringComparer.Ordinal));
        string html = string.Join('\n', await ReadAsync(folder, "*.html"));
        Assert.Contains("stroke:var(--padded)", html, StringComparison.Ordinal);
        Assert.Contains("<th scope=\"col\">padding</th>", html, StringComparison.Ordinal);
        Assert.Empty(LabNetwork.List());
    }

    private static Task<string[]> ReadAsync(TemporaryFolder folder, string pattern) => File.ReadAllLinesAsync(
        Assert.Single(Directory.EnumerateFiles(folder.Path, pattern)), TestContext.Current.CancellationToken);
}
