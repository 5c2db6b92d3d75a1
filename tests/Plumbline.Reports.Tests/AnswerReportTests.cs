using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Plumbline.Analysis;
using Plumbline.Analysis.CrossChecks;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Reports.Texts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>Round trips, requests and the cross-check in the reports.</summary>
public sealed class AnswerReportTests : IDisposable
{
    private static readonly (string Name, string Value)[] s_ofTheFirstRoundTrip =
    [
        ("measure", "rtt"), ("sender_priority", "fifo"), ("rtt_pacing", "open-loop"), ("timeout_ms", "200"),
        ("grpc_connection", ""), ("probe_adds_ns", "260.5"), ("answers_lost", "4"), ("answers_late", "2"),
        ("requests_failed", "0"), ("duplicate_answers", "5"), ("stray_answers", "7"), ("untimed_answers", "3"),
        ("keep_raw", "0"),
    ];

    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_round_trips_figures_are_the_databases()
    {
        string html = Sample();

        double[] p50 = [.. _file.Query<double>(
            "SELECT p50_ns FROM accepted_latency WHERE stage = 'round-trip' AND position = 'last' AND services = 10000 "
                + "AND data_plane = 'iptables-nft' ORDER BY 1")];
        Estimate ns = Replications.GeometricMean(p50, BuildTrials.RunError);
        Assert.Contains(
            $"<td>{Figures.Microseconds(ns.Value)}<span class=\"detail\">{Figures.IntervalMicroseconds(ns.Interval)}"
                + "</span></td>",
            Section(html, "Round trip"),
            StringComparison.Ordinal);
        Assert.Contains(
            "TCP SYNs, open-loop, late after 200 ms", Section(html, "Round trip"), StringComparison.Ordinal);
        Assert.Matches(@"own clock the same round trips are (8|9)\.\d\d µs longer", Section(html, "Round trip"));
        Assert.Contains(">µs round trip (p50)</text>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_table_of_requests_says_that_it_is_of_application_level()
    {
        string section = Section(Sample(), "Application level: gRPC");

        string[] captions =
            [.. Regex.Matches(section, "<caption>(.*?)</caption>").Select(match => match.Groups[1].Value)];
        Assert.Equal(4, captions.Length);
        Assert.All(
            captions, caption => Assert.StartsWith("Application level: grpc-", caption, StringComparison.Ordinal));
        double[] p50 = [.. _file.Query<double>(
            "SELECT p50_ns FROM accepted_latency WHERE stage = 'grpc-total' AND position = 'first' AND services = 100 "
                + "AND data_plane = 'nftables' ORDER BY 1")];
        double[] p90 = [.. _file.Query<double>(
            "SELECT p90_ns FROM accepted_latency WHERE stage = 'grpc-total' AND position = 'first' AND services = 100 "
                + "AND data_plane = 'nftables' ORDER BY 1")];
        Assert.Contains(
            $"<td>{Figures.Microseconds(Replications.GeometricMean(p50).Value)} / "
                + $"{Figures.Microseconds(Replications.GeometricMean(p90).Value)}<span",
            section,
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_cross_check_says_why_1_is_expected_and_lists_only_judged_pairs()
    {
        ExperimentResults results = Recorded();
        CrossCheck check = CrossCheck.Of(results);
        string section = Section(Page(results), "Cross-check");

        Assert.Contains("<p>Why 1: ", section, StringComparison.Ordinal);
        Assert.Contains(CrossCheckText.Summary(check)!, WebUtility.HtmlDecode(section), StringComparison.Ordinal);
        Assert.Equal(check.JudgedPairs, Regex.Count(section, "<th scope=\"row\">"));
        Assert.InRange(check.JudgedPairs, 1, check.Pairs.Count - 1);
        Assert.Equal(0, check.FlaggedPairs);
        Assert.InRange(check.MedianRatio!.Value, 0.9, 1.1);
    }

    [Fact]
    public void Pairs_that_differ_by_different_amounts_are_named_at_the_top_and_marked()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(messages.Trial(1, 0, Planes.IptablesNft, 100, Position.First, Enumerable.Repeat(2_000L, 30)));
        store.RecordTrial(messages.Trial(1, 1, Planes.IptablesNft, 100, Position.Last, Enumerable.Repeat(22_000L, 30)));
        store.RecordTrial(
            messages.RoundTrip(1, 2, Planes.IptablesNft, 100, Position.First, Enumerable.Repeat(20_000L, 30)));
        store.RecordTrial(
            messages.RoundTrip(1, 3, Planes.IptablesNft, 100, Position.Last, Enumerable.Repeat(60_000L, 30)));

        string html = Page(store.Load(messages.ExperimentId));

        Assert.Contains(
            "One-way and round trip differ by different amounts in 1 of 1 pairs of cells (0 of them with",
            html,
            StringComparison.Ordinal);
        Assert.Matches(
            "iptables-nft first at 100 → last at "
                + "100</th><td>(19|20)\\.\\d</td><td>40\\.0</td><td>(1\\.9|2\\.0)\\d</td><td>–</td>"
                + "<td class=\"words\">flagged: outside 0\\.80–1\\.25, but no interval excludes 1</td>",
            html);
    }

    [Fact]
    public void The_baseline_has_a_table_for_each_measure_and_what_the_attached_programs_add()
    {
        string section = Section(Sample(), "Baseline and drift");

        Assert.Equal(3, Regex.Count(section, "<table>"));
        Assert.Contains(
            "a round trip was 260.5 ns longer than without them (median of 6 baseline trials",
            section,
            StringComparison.Ordinal);
        Assert.Contains("first arm p90", section, StringComparison.Ordinal);
    }

    [Fact]
    public void What_became_of_every_probe_packet_and_request_is_counted()
    {
        string section = Section(Sample(), "Where every packet went");

        // 3 trials in 2 arms and in 27 cells.
        Assert.Contains(
            $"lost: not answered</th><td>{4 * 6}</td><td>{4 * 81}</td><td>4</td>", section, StringComparison.Ordinal);
        Assert.Contains(
            $"duplicates: answered again</th><td>{5 * 6}</td><td>{5 * 81}</td><td>5</td>",
            section,
            StringComparison.Ordinal);
        Assert.Contains(
            $"failed: answered with an error</th><td>{6}</td><td>{81}</td><td>0</td>",
            section,
            StringComparison.Ordinal);
        Assert.Contains(
            "<caption>Application level: requests, all attempts together</caption>", section, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_are_listed_for_each_measure()
    {
        string html = Sample();

        Assert.Equal(3, Regex.Count(Section(html, "Conditions of each cell"), "<table>"));
        Assert.Contains(
            "100 a trial, 200 a second, connection new, the endpoint burns CPU for 40 µs in each",
            Section(html, "Machine and settings"),
            StringComparison.Ordinal);
        Assert.Contains("<td class=\"words\">rtt</td>", Section(html, "Flagged attempts"), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_said_about_what_was_not_measured()
    {
        Messages messages = new() { Spec = new ExperimentSpec { Measure = ["rtt"] } };
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(messages.RoundTrip(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(20_000)));

        string html = Page(store.Load(messages.ExperimentId));

        Assert.Contains("<h2>Round trip</h2>", html, StringComparison.Ordinal);
        Assert.All(["Comparison", "Stages", "Application level: gRPC", "Cross-check", "Baseline and drift"], title =>
            Assert.DoesNotContain($"<h2>{title}</h2>", html, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(true, " --keep-raw")]
    [InlineData(false, "")]
    public void The_reproduction_command_has_every_setting(bool keepRaw, string keepRawFlag)
    {
        string command = Reproduction.Command(new ExperimentSpec
        {
            Measure = ["rtt", "grpc"],
            PortsPerService = 2,
            RttPacing = "ping-pong",
            TimeoutMs = 150,
            Requests = 70,
            Rps = 30,
            Connection = "kept-alive",
            WorkUs = 25,
            KeepRaw = keepRaw,
        })!;

        Assert.EndsWith(
            $"""
             --endpoints 1 \
              --ports-per-service 2 \
              --measure rtt,grpc --timing stage \
              --rtt-pacing ping-pong --timeout 150 \
              --requests 70 --rps 30 --connection kept-alive --work-us 25{keepRawFlag}
            """, command, StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_has_all_pairs_of_the_cross_check()
    {
        ExperimentResults results = Recorded();
        using StringWriter writer = new();
        JsonExport.Write(results, writer);

        using JsonDocument json = JsonDocument.Parse(writer.ToString());
        JsonElement check = json.RootElement.GetProperty("crossCheck");
        CrossCheck expected = CrossCheck.Of(results);
        Assert.Equal(JsonExport.SchemaVersion, json.RootElement.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(expected.Pairs.Count, check.GetProperty("pairs").GetArrayLength());
        Assert.Equal(expected.MedianRatio, check.GetProperty("medianRatio").GetDouble());
        Assert.Equal(
            expected.JudgedPairs,
            check.GetProperty("pairs").EnumerateArray().Count(pair => pair.GetProperty("judged").GetBoolean()));
        Assert.Equal(
            "iptables-legacy", check.GetProperty("pairs")[0].GetProperty("from").GetProperty("dataPlane").GetString());
        Assert.Contains(
            "rtt",
            json.RootElement.GetProperty("comparison").GetProperty("cells").EnumerateArray().Select(
                cell => cell.GetProperty("measure").GetString()));
    }

    [Fact]
    public void The_csvs_have_the_answers_and_all_pairs_of_the_cross_check()
    {
        ExperimentResults results = Recorded();
        using StringWriter attempts = new();
        using StringWriter pairs = new();
        CsvExport.Write(results, attempts);
        CrossCheckExport.Write(results, pairs);

        string[] lines = attempts.ToString().Split("\r\n");
        string[] header = lines[0].Split(',');
        string[] row = lines.First(line => line.Contains(",round-trip,", StringComparison.Ordinal)).Split(',');
        Assert.Equal(header.Length, row.Length);
        Assert.Equal(header.Length, header.Distinct().Count());
        Assert.All(
            s_ofTheFirstRoundTrip,
            column => Assert.Equal(
                (column.Name, column.Value), (column.Name, row[Array.IndexOf(header, column.Name)])));
        Assert.Equal(1 + CrossCheck.Of(results).Pairs.Count, pairs.ToString().TrimEnd().Split("\r\n").Length);
    }

    private string Sample() => Page(Recorded());

    private ExperimentResults Recorded()
    {
        Messages messages = new()
        {
            Spec = new ExperimentSpec
            {
                Services = [100, 1_000, 10_000],
                Trials = 3,
                Measure = ["one-way", "rtt", "grpc"],
                WorkUs = 40,
            },
        };
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages);
        return store.Load(messages.ExperimentId);
    }

    private static string Page(ExperimentResults results)
    {
        using StringWriter writer = new();
        HtmlReport.Write(results, writer);
        return writer.ToString();
    }

    private static string Section(string html, string title) =>
        Regex.Match(html, $"<h2>{Regex.Escape(title)}</h2>.*?</section>", RegexOptions.Singleline).Value;
}
