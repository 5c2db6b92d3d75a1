using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>Baselines of an experiment in which kube-proxy was switched: each mode has its own.</summary>
public sealed class ProxyModeReportTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_reports_table_has_the_baselines_around_each_mode_and_its_words_name_them()
    {
        string html = WebUtility.HtmlDecode(Written(HtmlReport.Write, Recorded()));

        string[] rows =
        [
            .. Regex.Matches(html, "<tr>(.*?)</tr>").Select(row => string.Join(
                '|', Regex.Matches(row.Groups[1].Value, "<t[hd][^>]*>([^<]*)").Select(cell => cell.Groups[1].Value)))
                .Where(row => row.StartsWith("prerouting around", StringComparison.Ordinal)),
        ];
        Assert.Equal(2, rows.Length);
        Assert.StartsWith("prerouting around iptables-nft|0.40|0.40|", rows[0], StringComparison.Ordinal);
        Assert.EndsWith("|1 / 1", rows[0], StringComparison.Ordinal);
        Assert.StartsWith("prerouting around nftables|0.80|1.60|+", rows[1], StringComparison.Ordinal);
        Assert.Contains("before and after the steps of each mode of kube-proxy", html, StringComparison.Ordinal);
        Assert.Contains(
            "it was 0.40 µs where kube-proxy's rules were iptables-nft's and 0.80 µs where kube-proxy's rules were "
                + "nftables's.",
            html,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_markdown_names_each_baselines_mode()
    {
        string markdown = Written(MarkdownExport.Write, Recorded());

        foreach (string arm in new[]
        {
            "first arm around iptables-nft: 0.40",
            "last arm around iptables-nft: 0.40",
            "first arm around nftables: 0.80",
            "last arm around nftables: 1.60",
        })
        {
            Assert.Contains($"none of the experiment's Services, {arm}", markdown, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_prometheus_samples_of_both_modes_differ_in_a_label()
    {
        string[] samples =
        [
            .. Written(PrometheusExport.Write, Recorded()).Split('\n')
                .Where(line => line.StartsWith("plumbline_baseline_latency_seconds{", StringComparison.Ordinal)).Select(
                    line => line.Split("} ")[0]),
        ];

        Assert.Equal(samples.Distinct(), samples);
        Assert.Equal(
            samples.Length / 2, samples.Count(line => line.Contains("around=\"nftables\"", StringComparison.Ordinal)));
        Assert.Equal(
            samples.Length / 2,
            samples.Count(line => line.Contains("around=\"iptables-nft\"", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_json_names_each_baselines_mode_and_a_labs_names_none()
    {
        using JsonDocument json = JsonDocument.Parse(Written(JsonExport.Write, Recorded()));

        Assert.Equal(
            ["iptables-nft", "nftables"],
            json.RootElement.GetProperty("comparison").GetProperty("baselines").EnumerateArray().Select(
                arm => arm.GetProperty("around").GetProperty("dataPlane").GetString()).Distinct());
        using ResultsStore store = _file.Open();
        Assert.All(
            ComparisonTable.Of(
                store.Load(SampleExperiment.Record(store, new Messages(), builds: 1).ExperimentId)).Baselines,
            arm => Assert.Null(arm.Around));
    }

    private ExperimentResults Recorded()
    {
        Messages messages = new() { Spec = TwoModes.Spec };
        using ResultsStore store = _file.Open();
        store.RecordStarted(TwoModes.Started(messages));
        Record(0, DataPlane.NoRules, 400);
        Record(1, Planes.IptablesNft, 2_000);
        Record(2, DataPlane.NoRules, 404);
        Record(3, DataPlane.NoRules, 800);
        Record(4, Planes.Nftables, 1_900);
        Record(5, DataPlane.NoRules, 1_600);
        return store.Load(messages.ExperimentId).ByNode()[0];

        void Record(int step, DataPlane dataPlane, long ns) =>
            store.RecordTrial(ClusterExperiment.On("a", dataPlane == DataPlane.NoRules
            ? messages.Trial(step, step, dataPlane, 0, Position.None, Enumerable.Repeat(ns, 2_000))
            : messages.Trial(step, step, dataPlane, 100, Position.Last, Enumerable.Repeat(ns, 2_000))));
    }

    private static string Written(Action<ExperimentResults, TextWriter> write, ExperimentResults results)
    {
        using StringWriter writer = new();
        write(results, writer);
        return writer.ToString();
    }
}
