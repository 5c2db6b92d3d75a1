using CliWrap;
using CliWrap.Buffered;
using NJsonSchema;
using Plumbline.Cli.Views;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Cli.Tests;

/// <summary>`plumbline report` and `compare` of experiments on a cluster's nodes. Nothing is measured.</summary>
public sealed class Node_report_specs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_node_has_its_own_tables_and_pages_and_CSV_files_have_all_nodes()
    {
        string id = Record(1, "worker-1", "worker-2");

        BufferedCommandResult report = await RunAsync("report", id);

        Assert.Equal((ExitCode.Success, ""), (report.ExitCode, report.StandardError));
        string[] parts = report.StandardOutput.Split("Node worker-");
        Assert.Equal(3, parts.Length);
        Assert.Contains("kube-proxy v1.36.1 in mode iptables", parts[1], StringComparison.Ordinal);
        Assert.Matches(@"3 +│? *10,000 +│? *10,000 +│? *10,007 +│? *3\.00 ", parts[1]);
        Assert.Contains("From the first change at the API server", parts[1], StringComparison.Ordinal);
        Assert.DoesNotContain("Note: ", parts[1], StringComparison.Ordinal);
        Assert.Contains(
            $"Note: On node worker-2: {ClusterExperiment.Disagreement} (steps 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).",
            parts[2],
            StringComparison.Ordinal);
        Assert.All(
            parts[1..],
            part => Assert.Contains("none of the experiment's Services, first arm: ", part, StringComparison.Ordinal));
        Assert.Contains("iptables-nft last: O(n), 15.", parts[1], StringComparison.Ordinal);
        Assert.Contains("iptables-nft last: O(n), 31.", parts[2], StringComparison.Ordinal);
        Assert.Equal(
            [
                $"{id}-worker-1.html", $"{id}-worker-1.json", $"{id}-worker-2.html", $"{id}-worker-2.json",
                $"{id}.cross-check.csv", $"{id}.csv",
            ],
            Written().Order(StringComparer.Ordinal));
        JsonSchema schema = await JsonSchema.FromFileAsync(
            Repository.File("docs/results.schema.json"), TestContext.Current.CancellationToken);
        Assert.Empty(schema.Validate(await File.ReadAllTextAsync(
            _folder.File($"{id}-worker-2.json"), TestContext.Current.CancellationToken)));
    }

    [Fact]
    public async Task Files_of_an_experiment_on_one_node_are_named_like_those_of_a_lab()
    {
        string id = Record(1, "worker-1");

        BufferedCommandResult report = await RunAsync("report", id);

        Assert.Equal(2, report.StandardOutput.Split("Node worker-1: ").Length);
        Assert.Equal([$"{id}.cross-check.csv", $"{id}.csv", $"{id}.html", $"{id}.json"], Written());
    }

    [Fact]
    public async Task Plots_show_one_node_each()
    {
        string id = Record(1, "worker-1", "worker-2");

        await RunAsync("report", id, "--format", "svg");

        Assert.Contains($"{id}-worker-1.programming.svg", Written());
        Assert.Contains($"{id}-worker-2.programming.svg", Written());
        Assert.All(Written(), name => Assert.StartsWith($"{id}-worker-", name, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_node_can_be_shown_alone()
    {
        string id = Record(1, "worker-1", "worker-2");

        BufferedCommandResult report = await RunAsync("report", id, "--node", "worker-2", "--format", "md,csv");

        Assert.StartsWith("## Plumbline: lab on worker-2\n", report.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("on worker-1", report.StandardOutput, StringComparison.Ordinal);
        Assert.Equal([$"{id}-worker-2.cross-check.csv", $"{id}-worker-2.csv"], Written());
        Assert.DoesNotContain(
            "worker-1",
            await File.ReadAllTextAsync(_folder.File($"{id}-worker-2.csv"), TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_was_not_measured_is_refused_and_the_measured_ones_are_named()
    {
        string cluster = Record(1, "worker-1", "worker-2");
        string lab = RecordLab();

        BufferedCommandResult unknown = await RunAsync("report", cluster, "--node", "worker-3");
        BufferedCommandResult none = await RunAsync("report", lab, "--node", "worker-1");

        Assert.Equal(
            (ExitCode.BadInput,
                "plumbline: --node: 'worker-3' was not measured; the experiment's nodes are worker-1, worker-2\n"),
            (unknown.ExitCode, unknown.StandardError));
        Assert.Equal(
            (ExitCode.BadInput, "plumbline: --node: the experiment was measured in a lab, which has no nodes\n"),
            (none.ExitCode, none.StandardError));
        Assert.Empty(Written());
    }

    [Fact]
    public async Task Nodes_of_the_same_name_are_compared()
    {
        string a = Record(1, "worker-1", "worker-2");
        string b = Record(1.2, "worker-2", "worker-1");

        BufferedCommandResult compare = await RunAsync("compare", a, b, "--node", "worker-2", "--format", "md,html");

        // The second node is twice as slow as the first. It is another node in each experiment.
        Assert.Equal(ExitCode.Success, compare.ExitCode);
        Assert.Contains(" lab on worker-2, ", compare.StandardOutput, StringComparison.Ordinal);
        Assert.DoesNotContain("worker-1", compare.StandardOutput, StringComparison.Ordinal);
        Assert.Matches(
            @"prerouting \| iptables-nft last at 10,000 \| p50 \| 31\d\.\d \| 1[89]\d\.\d ", compare.StandardOutput);
        Assert.Equal([$"{a}-{b}-worker-2.compare.html"], Written());
    }

    [Fact]
    public async Task Only_experiments_on_one_node_are_compared_without_naming_the_node()
    {
        string one = Record(1, "worker-1");
        string other = Record(1, "node-7");
        string several = Record(1, "worker-1", "worker-2");

        BufferedCommandResult compared = await RunAsync("compare", one, other);
        BufferedCommandResult refused = await RunAsync("compare", one, several);

        Assert.Equal(ExitCode.Success, compared.ExitCode);
        Assert.Matches(@"node +worker-1 +node-7", compared.StandardOutput);
        Assert.Equal(
            (ExitCode.BadInput, "",
                "plumbline: B: the experiment was measured on 2 nodes; choose one with --node: worker-1, worker-2\n"),
            (refused.ExitCode, refused.StandardOutput, refused.StandardError));
    }

    [Fact]
    public async Task A_lab_is_compared_with_a_node_and_two_labs_have_no_node_to_name()
    {
        string lab = RecordLab();
        string several = Record(1, "worker-1", "worker-2");

        BufferedCommandResult compared = await RunAsync("compare", lab, several, "--node", "worker-1");
        BufferedCommandResult labs = await RunAsync("compare", lab, lab, "--node", "worker-1");

        Assert.Equal(ExitCode.Success, compared.ExitCode);
        Assert.Contains("B  " + several + "  lab on worker-1, ", compared.StandardOutput, StringComparison.Ordinal);
        Assert.Equal(
            (ExitCode.BadInput, "plumbline: --node: both experiments were measured in labs, which have no nodes\n"),
            (labs.ExitCode, labs.StandardError));
    }

    [Fact]
    public async Task The_Prometheus_text_has_all_nodes()
    {
        string id = Record(1, "worker-1", "worker-2");

        BufferedCommandResult report = await RunAsync("report", id, "--format", "prom");

        Assert.Single(report.StandardOutput.Split('\n'), line => line == "# TYPE plumbline_latency_seconds gauge");
        Assert.Contains("node=\"worker-1\"", report.StandardOutput, StringComparison.Ordinal);
        Assert.Contains("node=\"worker-2\"", report.StandardOutput, StringComparison.Ordinal);
    }

    [Fact]
    public void The_progress_shows_when_each_node_was_ready()
    {
        Messages messages = new();
        ScaledNode[] nodes =
            [ClusterExperiment.Scaled("worker-1", 0, 100, 1), ClusterExperiment.Scaled("worker-2", 1, 100, 1)];

        Assert.Equal(
            "100 Services programmed: worker-1 (iptables-nft) 1.02 s, worker-2 (iptables-nft) 1.52 s",
            EventText.Of(messages.Scaled(1, 100, (Planes.IptablesNft, 9_000_000_000)) with { Nodes = nodes }));
        Assert.Equal(
            "baseline without the experiment's Services",
            EventText.Of(messages.Scaled(0, 0, (DataPlane.NoRules, 0)) with { Nodes = nodes }));
        Assert.Equal(
            "100 Services programmed: nftables 9.00 s",
            EventText.Of(messages.Scaled(1, 100, (Planes.Nftables, 9_000_000_000))));
    }

    private string Record(double factor, params string[] nodes)
    {
        using ResultsStore store = ResultsStore.Open(_folder.File("plumbline.db"));
        Messages messages = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf(nodes), factor);
        return messages.ExperimentId.ToString("N")[..8];
    }

    private string RecordLab()
    {
        using ResultsStore store = ResultsStore.Open(_folder.File("plumbline.db"));
        return SampleExperiment.Record(store, new Messages(), builds: 1).ExperimentId.ToString("N")[..8];
    }

    private async Task<BufferedCommandResult> RunAsync(params string[] arguments) => await CliWrap.Cli.Wrap("dotnet")
        .WithArguments([PlumblineProcess.Program, .. arguments, "--out", _folder.Path])
        .WithValidation(CommandResultValidation.None)
        .ExecuteBufferedAsync(TestContext.Current.CancellationToken);

    /// <summary>Names of the files beside the database.</summary>
    private IEnumerable<string> Written() =>
        Directory.EnumerateFileSystemEntries(_folder.Path)
            .Select(path => Path.GetFileName(path))
            .Where(name => !name.StartsWith("plumbline.db", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
}
