using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Plumbline.Analysis.Comparisons;
using Plumbline.Analysis.CrossChecks;
using Plumbline.Analysis.Tables;
using Plumbline.Analysis;
using Plumbline.Contracts;
using Plumbline.Reports.Comparisons;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Reports.Tables;
using Plumbline.Reports.Texts;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>Reports and exports of what was measured on nodes of a cluster.</summary>
public sealed class NodeReportTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_page_of_a_node_says_which_node_it_is_and_what_its_kube_proxy_reported()
    {
        string html = Html(Recorded("worker-1", "worker-2").ByNode()[0]);

        Assert.Contains("<h1>lab on worker-1</h1>", html, StringComparison.Ordinal);
        Assert.Contains(
            "Node worker-1: iptables-nft, kube-proxy v1.36.1 in mode iptables, measured from 10.244.8.192/26.",
            html,
            StringComparison.Ordinal);
        Assert.Contains("on node worker-1, Linux 6.1.0", html, StringComparison.Ordinal);
        Assert.Contains(
            "From the first change at the API server until all rules are in the node's kernel",
            html,
            StringComparison.Ordinal);
        Assert.Contains("while it has none of the experiment's Services", html, StringComparison.Ordinal);
        Assert.Contains("plumbline run experiment.yaml", html, StringComparison.Ordinal);
        Assert.DoesNotContain("worker-2,", html, StringComparison.Ordinal);
        Assert.DoesNotContain("6.1.1", html, StringComparison.Ordinal);

        // Step 3 is that of 10,000 Services: step, Services, rules of them, all rules, seconds, mode, syncs, seconds of
        // syncs, end of the last.
        Assert.Contains(
            ["3", "10,000", "10,000", "10,007", "3.00", "iptables", "43", "15.5", "2026-03-04 04:53:23 UTC"],
            Rows(html));
    }

    [Fact]
    public void A_nodes_contradictions_come_before_its_figures_and_are_on_no_other_nodes_page()
    {
        IReadOnlyList<ExperimentResults> nodes = Recorded("worker-1", "worker-2").ByNode();

        string html = Html(nodes[1]);

        Assert.Contains(
            "<p class=\"warning\"><strong>Note.</strong> "
                + $"On node worker-2: {ClusterExperiment.Disagreement} (steps 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10).</p>",
            html,
            StringComparison.Ordinal);
        Assert.Contains("kube-proxy reports nothing", html, StringComparison.Ordinal);
        Assert.DoesNotContain(ClusterExperiment.Disagreement, Html(nodes[0]), StringComparison.Ordinal);
        Assert.Contains(
            $"> On node worker-2: {ClusterExperiment.Disagreement}",
            Written(MarkdownExport.Write, nodes[1]),
            StringComparison.Ordinal);
    }

    [Fact]
    public void No_page_of_a_node_calls_its_baseline_one_without_rules()
    {
        ExperimentResults node = Recorded("worker-1").ByNode()[0];

        string markdown = Written(MarkdownExport.Write, node);
        foreach (string text in new[] { Html(node), markdown, Written(PrometheusExport.Write, node) })
        {
            Assert.DoesNotMatch("(?i)no rules|without rules|without any rule|empty chain|handing the rules", text);
            Assert.DoesNotContain("plumbline lab", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_markdown_of_a_node_has_its_figures_its_conditions_and_its_steps()
    {
        ExperimentResults node = Recorded("worker-1", "worker-2").ByNode()[1];

        string markdown = Written(MarkdownExport.Write, node);

        Assert.StartsWith("## Plumbline: lab on worker-2\n", markdown, StringComparison.Ordinal);
        ComparisonCell cell = ComparisonTable.Of(node).Cell(
            10_000, Cell.Empty.With(Planes.IptablesNft).With(Position.Last), Stage.Prerouting)!;
        Assert.InRange(cell.P50!.Ns, 312_000, 330_000);
        Assert.Contains(
            $"{Figures.Microseconds(cell.P50)} / {Figures.Microseconds(cell.Of(Statistic.P99))}",
            markdown,
            StringComparison.Ordinal);
        Assert.Contains("none of the experiment's Services, first arm: ", markdown, StringComparison.Ordinal);
        Assert.Contains("| node | worker-2 |", markdown, StringComparison.Ordinal);
        Assert.Contains("| other Service rules on the node | 8 |", markdown, StringComparison.Ordinal);
        Assert.Contains("| 3 | 10,000 | 10,000 | 10,008 | 3.50 | – | – | – | – |", markdown, StringComparison.Ordinal);
    }

    [Fact]
    public void The_csv_has_all_nodes_and_each_row_names_its_own()
    {
        ExperimentResults results = Recorded("worker-1", "worker-2");

        string[][] csv = Csv(CsvExport.Write, results);
        string[][] check = Csv(CrossCheckExport.Write, results);

        Assert.Equal(2 * 2 * 3 * (2 + 6) * 5 / 2, csv.Length - 1);
        Assert.All(csv[1..], row => Assert.Equal(
            results.Attempts.Single(attempt => attempt.Trial.Key.Trial.ToString(
                System.Globalization.CultureInfo.InvariantCulture) == Field(csv, row, "trial")).Trial.Node!.Name,
            Field(csv, row, "node")));
        Assert.Equal(
            results.ByNode().SelectMany(node => CrossCheck.Of(node).Pairs.Select(_ => node.Node!)),
            check[1..].Select(row => Field(check, row, "node")));
    }

    [Fact]
    public void The_json_is_of_one_node_and_names_it()
    {
        ExperimentResults node = Recorded("worker-1", "worker-2").ByNode()[1];

        using JsonDocument json = JsonDocument.Parse(Written(JsonExport.Write, node));

        Assert.Equal("worker-2", json.RootElement.GetProperty("node").GetString());
        Assert.Equal("6.1.1", json.RootElement.GetProperty("machine").GetProperty("kernel").GetString());
        Assert.All(json.RootElement.GetProperty("attempts").EnumerateArray(), attempt =>
            Assert.Equal("worker-2", attempt.GetProperty("trial").GetProperty("node").GetProperty("name").GetString()));
        Assert.All(json.RootElement.GetProperty("steps").EnumerateArray(), step => Assert.Equal(
            step.GetProperty("dataPlanes")[0].GetProperty("programmingNs").GetInt64(),
            step.GetProperty("nodes")[0].GetProperty("programmingNs").GetInt64()));
    }

    [Fact]
    public void The_prometheus_text_of_a_cluster_has_a_node_on_every_figure_and_each_metric_once()
    {
        ExperimentResults results = Recorded("worker-1", "worker-2");

        string[] lines = Written(PrometheusExport.Write, results).TrimEnd('\n').Split('\n');

        string[] types = [.. lines.Where(line => line.StartsWith("# TYPE", StringComparison.Ordinal))];
        Assert.Equal(types.Distinct().Count(), types.Length);
        Assert.All(lines.Where(line => line[0] != '#' && !line.StartsWith(
            "plumbline_experiment_start_time_seconds", StringComparison.Ordinal)), line =>
            Assert.Matches("node=\"worker-[12]\"", line));
        Assert.Equal(
            [1.02, 2.04],
            lines.Where(line => line.StartsWith(
                "plumbline_programming_seconds",
                StringComparison.Ordinal) && line.Contains("services=\"100\"", StringComparison.Ordinal))
                .Select(
                    line => line.Contains("worker-1", StringComparison.Ordinal) ? Number(line) : Number(line) + 0.52));

        static double Number(string line) => double.Parse(
            line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_labs_prometheus_text_and_conditions_know_no_nodes()
    {
        using ResultsStore store = _file.Open();
        ExperimentResults lab = store.Load(SampleExperiment.Record(store, new Messages(), builds: 1).ExperimentId);

        Assert.DoesNotContain("node=", Written(PrometheusExport.Write, lab), StringComparison.Ordinal);
        Assert.DoesNotContain(
            ExperimentConditions.Of(lab),
            fact => fact.Name.Contains("node", StringComparison.Ordinal)
                || fact.Name.Contains("kube-proxy", StringComparison.Ordinal));
        Assert.DoesNotContain("<h2>The node</h2>", Html(lab), StringComparison.Ordinal);
        Assert.Null(NodeText.Heading(lab));
        Assert.Empty(NodeStepTable.Of(lab).Rows);
    }

    [Fact]
    public void Files_of_one_of_several_nodes_are_named_by_it()
    {
        ExperimentResults several = Recorded("worker-1", "worker-2");
        ExperimentResults one = Recorded("worker-1");
        string id = ShortId.Of(several.Summary.ExperimentId);

        Assert.Equal([$"{id}-worker-1", $"{id}-worker-2"], several.ByNode().Select(ReportName.Of));
        Assert.Equal(id, ReportName.Of(several));
        Assert.Equal(ShortId.Of(one.Summary.ExperimentId), ReportName.Of(one.ByNode()[0]));
    }

    [Fact]
    public void Two_nodes_are_compared_and_the_comparison_names_them()
    {
        IReadOnlyList<ExperimentResults> nodes = Recorded("worker-1", "worker-2").ByNode();

        ExperimentComparison comparison = ExperimentComparison.Of(nodes[0], nodes[1]);

        Assert.Contains(
            new ConditionDifference("node", "worker-1", "worker-2"), ExperimentConditions.Differences(comparison));
        Assert.Contains(
            new ConditionDifference("kube-proxy's version", "v1.36.1", "–"),
            ExperimentConditions.Differences(comparison));
        Assert.Contains("lab on worker-1, ", ComparisonText.Experiments(comparison)[0], StringComparison.Ordinal);
        Assert.All(
            comparison.Cells.Where(cell => cell.Stage == Stage.Prerouting),
            cell => Assert.InRange(cell.By(Statistic.P50)!.Ratio.Value, 1.9, 2.1));
    }

    [Fact]
    public void A_lab_and_a_node_are_compared_and_conditions_that_a_lab_lacks_are_listed()
    {
        ExperimentResults node = Recorded("worker-1").ByNode()[0];
        ExperimentResults lab = CompareExperiments.Record(new Messages());

        ExperimentComparison comparison = ExperimentComparison.Of(lab, node);

        Assert.Contains(new ConditionDifference("node", "–", "worker-1"), ExperimentConditions.Differences(comparison));
        Assert.Contains(
            ExperimentConditions.Differences(comparison), each => each.Name == "kernel" && each.B == "6.1.0");
    }

    private ExperimentResults Recorded(params string[] nodes)
    {
        using ResultsStore store = _file.Open();
        return store.Load(ClusterExperiment.Record(store, ClusterExperiment.MessagesOf(nodes)).ExperimentId);
    }

    private static string Html(ExperimentResults results) => WebUtility.HtmlDecode(Written(HtmlReport.Write, results));

    private static IEnumerable<string[]> Rows(string html) => Regex.Matches(html, "<tr>(.*?)</tr>").Select(row =>
        Regex.Matches(row.Groups[1].Value, "<t[hd][^>]*>(.*?)</t[hd]>").Select(cell => cell.Groups[1].Value).ToArray());

    private static string[][] Csv(Action<ExperimentResults, TextWriter> write, ExperimentResults results) =>
        [.. Written(write, results).TrimEnd().Split('\n').Select(line => line.TrimEnd('\r').Split(','))];

    private static string Field(string[][] csv, string[] row, string column) => row[Array.IndexOf(csv[0], column)];

    private static string Written(Action<ExperimentResults, TextWriter> write, ExperimentResults results)
    {
        using StringWriter writer = new();
        write(results, writer);
        return writer.ToString();
    }
}
