using System.Globalization;
using System.Text.RegularExpressions;
using Plumbline.Analysis.Tables;
using Plumbline.Analysis;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>Markdown for people and Prometheus text for machines.</summary>
public sealed partial class ExportTextTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_markdown_begins_with_the_verdict_and_ends_with_the_command()
    {
        ExperimentResults results = Recorded();
        string markdown = Written(MarkdownExport.Write, results);
        string[] lines = markdown.Split('\n');

        Assert.Equal("## Plumbline: lab", lines[0]);
        Assert.Contains("- iptables-nft last: O(n), 16.", markdown, StringComparison.Ordinal);
        Assert.Contains("iptables-nft costs 10 µs more than nftables from about", markdown, StringComparison.Ordinal);
        Assert.Contains(
            "> 5 attempts were flagged and are in no figure; 1 trials were flagged at their last attempt too.",
            markdown,
            StringComparison.Ordinal);
        Assert.True(markdown.IndexOf(
            "### Cross-check",
            StringComparison.Ordinal) < markdown.IndexOf("### Conditions", StringComparison.Ordinal));
        Assert.Contains(
            "As `experiment.yaml`, with `sudo plumbline lab experiment.yaml`:\n\n```yaml\n",
            markdown,
            StringComparison.Ordinal);
        Assert.Contains(results.Summary.ExperimentId.ToString(), lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_markdown_table_has_as_many_cells_in_each_row_as_in_its_head()
    {
        string markdown = Written(MarkdownExport.Write, Recorded("a|b"));

        int columns = 0;
        int tables = 0;
        foreach (string line in markdown.Split('\n'))
        {
            int cells = line.StartsWith('|') ? Regex.Count(line, @"(?<!\\)\|") - 1 : 0;
            tables += columns == 0 && cells > 0 ? 1 : 0;
            Assert.True(cells == 0 || columns == 0 || cells == columns, line);
            columns = cells;
        }

        Assert.Equal(1 + 1 + 3 + 1, tables);
    }

    [Fact]
    public void The_markdowns_figures_are_those_of_the_comparison()
    {
        ExperimentResults results = Recorded();
        ComparisonTable table = ComparisonTable.Of(results);
        string markdown = Written(MarkdownExport.Write, results);

        ComparisonCell cell = table.Cell(
            10_000, Cell.Empty.With(Planes.IptablesNft).With(Position.Last), Stage.Prerouting)!;
        Assert.Contains(
            $"{Figures.Microseconds(cell.P50)} / {Figures.Microseconds(cell.Of(Statistic.P99))}",
            markdown,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_prometheus_text_parses_and_has_a_help_and_a_type_for_each_metric()
    {
        (Dictionary<string, string> types, List<Sample> samples) = Prometheus(Recorded());

        Assert.All(types.Values, type => Assert.Equal("gauge", type));
        Assert.Equal(types.Keys.Order(), samples.Select(sample => sample.Name).Distinct().Order());
        Assert.Equal(
            samples.Count,
            samples.Select(sample => sample.Name + string.Join(',', sample.Labels.OrderBy(label => label.Key)))
                .Distinct().Count());
        Assert.All(samples, sample => Assert.True(sample.Labels.ContainsKey("experiment")));
    }

    [Fact]
    public void The_prometheus_latencies_are_the_comparisons_in_seconds()
    {
        ExperimentResults results = Recorded();
        ComparisonTable table = ComparisonTable.Of(results);
        (_, List<Sample> samples) = Prometheus(results);

        foreach ((string quantile, Statistic statistic) in new[] { ("0.5", Statistic.P50), ("0.99", Statistic.P99) })
        {
            ComparisonCell[] known = [.. table.Cells.Where(cell => cell.Of(statistic) is not null)];
            Sample[] ofQuantile =
            [
                .. from sample in samples
                   where sample.Name == "plumbline_latency_seconds" && sample.Labels["quantile"] == quantile
                   select sample,
            ];
            Assert.Equal(known.Length, ofQuantile.Length);
            Assert.All(known, cell => Assert.Equal(
                cell.Of(statistic)!.Ns / 1e9,
                Assert.Single(ofQuantile, sample => sample.Labels["stage"] == cell.Stage.Name
                    && cell.Cell.Known.All(axis => sample.Labels[axis.Column] == cell.Cell[axis])).Value));
        }

        Assert.Equal(
            table.Cells.Sum(cell => cell.FlaggedAttempts),
            samples.Where(sample => sample.Name == "plumbline_flagged_attempts").Sum(sample => sample.Value));
        Assert.InRange(
            samples.Single(sample => sample.Name == "plumbline_slope_ns_per_service"
                && sample.Labels["data_plane"] == "iptables-nft" && sample.Labels["position"] == "last"
                && sample.Labels["stage"] == "prerouting").Value,
            15, 18);
    }

    [Fact]
    public void A_name_with_quotes_and_lines_is_one_prometheus_label()
    {
        (_, List<Sample> samples) = Prometheus(Recorded("a \"b\"\\\nc"));

        Assert.Equal(
            "a \"b\"\\\nc", samples.Single(sample => sample.Name == "plumbline_experiment_info").Labels["name"]);
    }

    [Fact]
    public void Every_format_can_be_written_of_an_experiment_that_measured_nothing()
    {
        using ResultsStore store = _file.Open();
        Messages messages = new();
        store.RecordStarted(messages.Started());
        ExperimentResults results = store.Load(messages.ExperimentId);

        Assert.Contains(
            "parts of the plan are missing", Written(MarkdownExport.Write, results), StringComparison.Ordinal);
        Assert.Single(Prometheus(results).Samples, sample => sample.Name == "plumbline_experiment_info");
        Assert.Contains("\"analysis\":{", Written(JsonExport.Write, results), StringComparison.Ordinal);
    }

    private ExperimentResults Recorded(string name = "lab")
    {
        using ResultsStore store = _file.Open();
        ExperimentSpec spec = new() { Name = name, Measure = ["one-way", "rtt", "grpc"] };
        return store.Load(SampleExperiment.Record(store, new Messages { Spec = spec }).ExperimentId);
    }

    private static string Written(Action<ExperimentResults, TextWriter> write, ExperimentResults results)
    {
        using StringWriter writer = new();
        write(results, writer);
        return writer.ToString();
    }

    /// <summary>The text format as its specification says, read apart from what wrote it.</summary>
    private static (Dictionary<string, string> Types, List<Sample> Samples) Prometheus(ExperimentResults results)
    {
        string text = Written(PrometheusExport.Write, results);
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Dictionary<string, string> types = [];
        HashSet<string> helps = [];
        List<Sample> samples = [];
        foreach (string line in text[..^1].Split('\n'))
        {
            string[] words = line.Split(' ', 4);
            if (words[0] == "#")
            {
                Assert.True(words[1] == "HELP" ? helps.Add(words[2]) : types.TryAdd(words[2], words[3]), line);
                continue;
            }

            Match match = SampleLine().Match(line);
            Assert.True(match.Success, line);
            Assert.True(types.ContainsKey(match.Groups["name"].Value), line);
            samples.Add(new Sample(
                match.Groups["name"].Value,
                match.Groups["label"].Captures.Zip(match.Groups["value"].Captures).ToDictionary(
                    label => label.First.Value,
                    label => Regex.Replace(
                        label.Second.Value,
                        @"\\(.)",
                        escape => escape.Groups[1].Value == "n" ? "\n" : escape.Groups[1].Value)),
                double.Parse(match.Groups["number"].Value, NumberStyles.Float, CultureInfo.InvariantCulture)));
        }

        Assert.Equal(helps.Order(), types.Keys.Order());
        return (types, samples);
    }

    [GeneratedRegex(
        """^(?<name>[a-z_]+)\{((?<label>[a-z_]+)="(?<value>([^"\\]|\\["\\n])*)",?)*\} (?<number>[-+.0-9E]+)$""")]
    private static partial Regex SampleLine();

    private sealed record Sample(string Name, Dictionary<string, string> Labels, double Value);
}
