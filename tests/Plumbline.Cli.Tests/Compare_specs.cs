using CliWrap;
using CliWrap.Buffered;
using Plumbline.Analysis.Comparisons;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Cli.Tests;

/// <summary>`plumbline compare` with and without thresholds: output and exit code. Nothing is measured.</summary>
public sealed class Compare_specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly TemporaryFolder _otherFolder = new();

    public void Dispose()
    {
        _folder.Dispose();
        _otherFolder.Dispose();
    }

    [Fact]
    public async Task An_experiment_equals_itself()
    {
        string a = Record(_folder, _ => 1);

        BufferedCommandResult compare = await RunAsync(a, a, "--threshold", "p99=+0%", "--threshold", "mean=+0%");

        Assert.Equal((ExitCode.Success, ""), (compare.ExitCode, compare.StandardError));
        Assert.Contains("The conditions are the same.", compare.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("No difference beyond the spread", compare.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_exceeded_threshold_ends_with_5_and_names_only_the_slower_cells()
    {
        string a = Record(_folder, _ => 1);
        string b = Record(_folder, dataPlane => dataPlane == Planes.Nftables ? 1.2 : 1);

        BufferedCommandResult hit = await RunAsync(a, b, "--threshold", "p50=+5%");
        BufferedCommandResult notHit = await RunAsync(a, b, "--threshold", "p50=+40%");
        BufferedCommandResult faster = await RunAsync(b, a, "--threshold", "p50=+5%");

        Assert.Equal(ExitCode.ThresholdExceeded, hit.ExitCode);
        Assert.Contains("Threshold p50=+5%: EXCEEDED in 1 of 2 cells:", hit.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("  prerouting, nftables last at 100: p50", hit.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("  prerouting, iptables-nft", hit.StandardOutput, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Success, ExitCode.Success), (notHit.ExitCode, faster.ExitCode));
    }

    [Fact]
    public async Task Noise_does_not_exceed_a_threshold()
    {
        string a = Record(_folder, _ => 1, spread: 0.5);
        string b = Record(_folder, _ => 1.1, spread: 0.5);

        BufferedCommandResult compare = await RunAsync(a, b, "--threshold", "p50=+5%");

        Assert.Equal(ExitCode.Success, compare.ExitCode);
        Assert.Contains("Threshold p50=+5%: kept in 2 cells.", compare.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Experiments_in_two_folders_are_compared_and_their_different_conditions_are_shown()
    {
        string a = Record(_folder, _ => 1);
        string b = Record(_otherFolder, _ => 1, new ExperimentSpec { NftablesDialect = "1.35" });

        BufferedCommandResult compare = await RunAsync(a, $"{_otherFolder.Path}:{b}");

        Assert.Equal(ExitCode.Success, compare.ExitCode);
        Assert.Matches(@"nftables dialect +1\.36 +1\.35", compare.StandardOutput);
    }

    [Fact]
    public async Task Markdown_is_alone_on_standard_output()
    {
        string a = Record(_folder, _ => 1);
        string b = Record(_folder, _ => 2);

        BufferedCommandResult compare = await RunAsync(a, b, "--format", "md", "--threshold", "p50=+5%");

        Assert.Equal((ExitCode.ThresholdExceeded, ""), (compare.ExitCode, compare.StandardError));
        Assert.StartsWith("## Plumbline: lab → lab\n", compare.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("### Cells that differ", compare.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_is_written_into_the_folder_of_results_and_only_its_path_is_printed()
    {
        string a = Record(_folder, _ => 1);
        string b = Record(_folder, _ => 2);

        BufferedCommandResult page = await RunAsync(a, b, "--format", "html", "--threshold", "p50=+5%");
        BufferedCommandResult both = await RunAsync(a, b, "--format", "md,html");

        string path = _folder.File($"{a[..8]}-{b[..8]}.compare.html");
        Assert.Equal(
            (ExitCode.ThresholdExceeded, "", path),
            (page.ExitCode, page.StandardError, page.StandardOutput.TrimEnd('\n')));
        Assert.StartsWith("## Plumbline: lab → lab\n", both.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(path, both.StandardError.TrimEnd('\n'));
        Assert.EndsWith(
            "</html>",
            (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).TrimEnd(),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--threshold", "p99=5", "--threshold: 'p99=5' is not a threshold; write p50, p90, p99 or mean")]
    [InlineData("--threshold", "max=+5%", "--threshold: 'max=+5%' is not a threshold")]
    [InlineData("--stage", "preroute", "--stage: 'preroute' is not one of prerouting, forward-postrouting")]
    [InlineData("--format", "xml", "--format: 'xml' is not one of table, md")]
    public async Task A_wrong_flag_is_one_line_that_names_it(string flag, string value, string message)
    {
        string a = Record(_folder, _ => 1);

        BufferedCommandResult compare = await RunAsync(a, a, flag, value);

        Assert.Equal((ExitCode.BadInput, ""), (compare.ExitCode, compare.StandardOutput));
        Assert.Contains(message, Assert.Single(compare.StandardError.Trim().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_experiment_is_named_by_its_letter()
    {
        string a = Record(_folder, _ => 1);

        BufferedCommandResult unknown = await RunAsync(a, "ffffffffff");
        BufferedCommandResult noFolder = await RunAsync($"{_folder.File("nowhere")}:{a}", a);

        Assert.Equal((ExitCode.BadInput, ExitCode.BadInput), (unknown.ExitCode, noFolder.ExitCode));
        Assert.StartsWith(
            "plumbline: B: ", Assert.Single(unknown.StandardError.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.StartsWith(
            "plumbline: A: ", Assert.Single(noFolder.StandardError.Trim().Split('\n')), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("nowhere")));
    }

    [Fact]
    public async Task A_threshold_that_judges_no_cell_fails()
    {
        string a = Record(_folder, _ => 1);
        string b = Record(_folder, _ => 1, services: 200);

        BufferedCommandResult gate = await RunAsync(a, b, "--threshold", "p50=+5%");
        BufferedCommandResult noGate = await RunAsync(a, b);

        Assert.Equal((ExitCode.BadInput, ExitCode.Success), (gate.ExitCode, noGate.ExitCode));
        Assert.Contains("--threshold p50=+5%: no cell can be judged", gate.StandardError, StringComparison.Ordinal);
        Assert.Contains("Only A has 2 cells:", noGate.StandardOutput, StringComparison.Ordinal);
    }

    private async Task<BufferedCommandResult> RunAsync(params string[] arguments) => await CliWrap.Cli.Wrap("dotnet")
        .WithArguments([PlumblineProcess.Program, "compare", .. arguments, "--out", _folder.Path])
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    private static string Record(
        TemporaryFolder folder,
        Func<DataPlane,
        double> factor,
        ExperimentSpec? spec = null,
        double spread = 0.01,
        int services = 100)
    {
        Messages messages = new() { Spec = spec ?? new ExperimentSpec() };
        using ResultsStore store = ResultsStore.Open(folder.File("plumbline.db"));
        const int builds = 7;
        store.RecordStarted(messages.Built(builds, services: services));
        store.RecordMachine(messages.Node());
        int trial = 0;
        foreach (DataPlane dataPlane in new[] { Planes.IptablesNft, Planes.Nftables })
        {
            for (int build = 0; build < builds; build++)
            {
                double middle = 2_000 * factor(dataPlane) * (1 + (spread * (build - 3) / 3));
                store.RecordTrial(messages.Trial(
                    1 + build, trial, dataPlane, services, Position.Last, Messages.Around(middle, trial)));
                trial++;
            }
        }

        store.RecordCompleted(messages.Completed());
        return messages.ExperimentId.ToString("N");
    }
}
