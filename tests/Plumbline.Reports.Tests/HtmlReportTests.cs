using System.Net;
using System.Text.RegularExpressions;
using Plumbline.Analysis.Growths;
using Plumbline.Analysis;
using Plumbline.Contracts;
using Plumbline.Histograms;
using Plumbline.Reports.Html;
using Plumbline.Reports.Texts;
using Plumbline.Statistics;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

public sealed class HtmlReportTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_report_refers_to_nothing_outside_itself_and_runs_no_script()
    {
        string html = Sample();

        Assert.DoesNotMatch(@"(?i)<(script|link|iframe|object|embed|img|image|use|base)\b", html);
        Assert.DoesNotMatch(@"(?i)\b(src|srcset|action)\s*=", html);
        Assert.DoesNotMatch(@"(?i)\bhref\s*=\s*""(?!#)", html);
        Assert.DoesNotMatch(@"(?i)url\((?!#)|@import", html);
        Assert.DoesNotMatch(@"(?i)\s(?!xmlns\b|xmlns:)[\w:-]+\s*=\s*""https?:", html);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"><img src=x onerror=alert(1)>")]
    [InlineData("{{ report.title }}{% raw %}")]
    [InlineData("it's & $(reboot)")]
    public void A_hostile_name_is_inert(string hostile)
    {
        Messages messages = new() { Spec = new ExperimentSpec { Name = hostile } };
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordFailed(new ExperimentFailed
        {
            ExperimentId = messages.ExperimentId,
            Reason = hostile,
            FailedAt = Messages.StartedAt,
        });
        NodeDescribed node = messages.Node();
        store.RecordMachine(node with { Machine = node.Machine with { CpuModel = hostile } });
        TrialMeasured trial = messages.Trial(
            1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(2_000), 1, TrialFlag.PacketsLost);
        store.RecordTrial(trial with
        {
            Remarks = [hostile],
            Conditions = trial.Conditions with { Generator = hostile },
            Counts = trial.Counts with { LostByReason = new Dictionary<string, long> { [hostile] = 1 } },
        });

        string html = Html(store, messages);

        Assert.DoesNotMatch(@"(?i)<(script|img)", html);
        Assert.Equal(hostile, WebUtility.HtmlDecode(Regex.Match(html, "<h1>(.*?)</h1>").Groups[1].Value));
    }

    [Fact]
    public void The_machines_clock_and_the_sending_CPU_are_among_the_conditions()
    {
        string text = Regex.Replace(WebUtility.HtmlDecode(Sample()), @"<[^>]*>|\s+", " ");

        Assert.Matches(@"clock source +tsc", text);
        Assert.Matches(@"clock's step +20 ns or less", text);
        Assert.Matches(@"preemption +PREEMPT_DYNAMIC \(full\)", text);
        Assert.Matches(@"SMT +on; CPU 1 sends and shares its core with 0", text);
        Assert.Matches(@"nft +nftables v1\.0\.6", text);
        Assert.Matches(@"sending CPU +1 \(the last CPU of the process; none is isolated\)", text);
    }

    [Fact]
    public void The_shell_command_quotes_a_hostile_name() => Assert.StartsWith(
        @"sudo plumbline lab --name 'it'\''s; $(reboot)' \",
        Reproduction.Command(new ExperimentSpec { Name = "it's; $(reboot)" }),
        StringComparison.Ordinal);

    [Fact]
    public void The_reports_figures_are_the_databases()
    {
        string html = Sample();
        foreach (long services in new[] { 100, 1_000, 10_000 })
        {
            foreach (string dataPlane in new[] { "iptables-legacy", "iptables-nft", "nftables" })
            {
                double[] p50 = [.. _file.Query<double>(
                    $"SELECT p50_ns FROM accepted_latency WHERE stage = 'prerouting' AND position = 'last' AND "
                        + $"services = {services} AND data_plane = '{dataPlane}' ORDER BY 1")];
                Estimate ns = Replications.GeometricMean(p50, BuildTrials.RunError);
                string interval = Figures.IntervalMicroseconds(ns.Interval);
                string expected =
                    $"<td>{Figures.Microseconds(ns.Value)}<span class=\"detail\">{interval}</span></td>";
                Assert.Equal(3, p50.Length);
                Assert.Contains(expected, html, StringComparison.Ordinal);
            }
        }

        Assert.Contains(
            $"At 10,000 Services a first packet to the last rule spent {Figures.Microseconds(Mean("iptables-nft"))} "
                + $"µs in iptables-nft, {Figures.Microseconds(Mean("iptables-legacy"))} in iptables-legacy and "
                + $"{Figures.Microseconds(Mean("nftables"))} in nftables in PREROUTING",
            html, StringComparison.Ordinal);

        double Mean(string dataPlane) => Replications.GeometricMean(_file.Query<double>(
            "SELECT p50_ns FROM accepted_latency WHERE stage = 'prerouting' AND position = 'last' "
                + $"AND services = 10000 AND data_plane = '{dataPlane}'")).Value;
    }

    [Fact]
    public void Plots_are_drawings_with_a_description_and_axis_titles()
    {
        string html = Sample();

        // Each once for a desk and once for a phone.
        Assert.Equal(
            2 * 7, Regex.Count(html, """<svg [^>]*role="img" [^>]*aria-label="[^"]{20,}" class="(wide|narrow)">"""));
        Assert.Equal(7, Regex.Count(html, "<figure>"));
        string[] ids = [.. Regex.Matches(html, "\\bid=\"([^\"]+)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        Assert.Contains(">Services</text>", html, StringComparison.Ordinal);
        Assert.Contains(">µs in PREROUTING (p50)</text>", html, StringComparison.Ordinal);
        Assert.Contains(">iptables-nft last</text>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Headings_are_in_order_and_every_table_has_a_caption_and_scopes()
    {
        string html = Sample();

        Assert.Contains("<html lang=\"en\">", html, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(html, "<h1>"));
        Assert.DoesNotMatch("<h[3-6]", html);
        Assert.Equal(Regex.Count(html, "<table>"), Regex.Count(html, "<caption>"));
        Assert.DoesNotMatch("<th>", html);
    }

    [Fact]
    public void Links_lead_to_sections_and_there_are_landmarks()
    {
        string html = Sample();

        string[] links = [.. Regex.Matches(html, "href=\"#([^\"]+)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal("main", links[0]);
        Assert.True(links.Length > 10);
        Assert.All(links, link => Assert.Single(Regex.Matches(html, $"\\bid=\"{link}\"")));
        Assert.All(
            ["<header>", "<main id=\"main\"", "<nav aria-label=\"Contents\">"],
            landmark => Assert.Contains(landmark, html, StringComparison.Ordinal));
    }

    [Fact]
    public void What_scrolls_can_be_reached_and_has_a_name()
    {
        string html = Sample();

        int scrolling = Regex.Count(html, "class=\"scroll\"");
        Assert.True(scrolling >= Regex.Count(html, "<table>"));
        Assert.Equal(
            scrolling, Regex.Count(html, "class=\"scroll\" role=\"group\" aria-label=\"[^\"]+\" tabindex=\"0\""));
    }

    [Fact]
    public void The_verdict_has_the_analysis_words_and_comes_before_every_plot()
    {
        string html = WebUtility.HtmlDecode(Sample());
        using ResultsStore store = _file.Open();
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(store.Load(store.ListExperiments()[0].ExperimentId));

        int from = html.IndexOf("<h2>Verdict</h2>", StringComparison.Ordinal);
        string verdict = html[from..html.IndexOf("<svg", StringComparison.Ordinal)];
        Growth[] expected = [.. analysis.Growths.Where(
            each => each.Stage == Stage.Prerouting && each.Cell.Position == Position.Last)];
        Assert.Equal(3, expected.Length);
        Assert.All(expected, growth => Assert.Contains(growth.Words, verdict, StringComparison.Ordinal));
        Assert.All(
            analysis.BreakEvens.Where(each => each.Stage == Stage.Prerouting && each.Cell.Position == Position.Last),
            each => Assert.Contains(VerdictText.BreakEven(each), verdict, StringComparison.Ordinal));
        DataPlaneDifference most = analysis.Differences.Single(each =>
            each.Stage == Stage.Prerouting && each.Cell == Cell.Empty.With(10_000).With(Position.Last)
            && each.Slower == Planes.IptablesNft && each.Faster == Planes.Nftables);
        Assert.Contains(
            $"iptables-nft takes {Figures.Microseconds(most.DifferenceNs)} µs more than nftables, "
                + $"{Figures.Ratio(most.Ratio)} times as long",
            verdict, StringComparison.Ordinal);
        Assert.Contains("Δround-trip / Δone-way is", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void A_figure_over_builds_stands_above_its_interval()
    {
        Messages messages = new() { Spec = new ExperimentSpec { Services = [100, 1_000, 10_000], Trials = 5 } };
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages, builds: 5);
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(store.Load(messages.ExperimentId));

        CellEstimate cell = analysis.Cells.Single(each =>
            each.Stage == Stage.Prerouting && each.Statistic == Statistic.P99
            && each.Cell == Cell.Of(Planes.IptablesNft, 10_000, Position.Last));
        Assert.Contains(
            $"<td>{Figures.Microseconds(cell.Ns.Value)}<span class=\"detail\">"
                + $"{Figures.IntervalMicroseconds(cell.Ns.Interval)}</span></td>",
            Html(store, messages),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_distributions_figures_are_those_of_all_accepted_latencies_together()
    {
        string html = Sample();

        // Sorted by latency: each bucket as often as it was hit.
        long[] buckets =
        [
            .. _file.Query<(long Bucket, long Count)>(
                """
                SELECT b.bucket_index, sum(b.count) FROM histogram_bucket b
                JOIN accepted_latency l USING (experiment_id, trial, attempt, stage)
                WHERE stage = 'prerouting' AND l.services = 10000 AND l.position = 'last'
                AND l.data_plane = 'iptables-nft' GROUP BY b.bucket_index ORDER BY b.bucket_index
                """).SelectMany(row => Enumerable.Repeat(row.Bucket, (int)row.Count)),
        ];
        string[] percentiles = [Cell(3_000), Cell(5_400), Cell(5_940)];
        Assert.Equal(6_000, buckets.Length);
        Assert.Contains(
            $"<th scope=\"row\">iptables-nft</th>{string.Concat(percentiles)}<td>–</td><td>–</td><td>6,000</td>",
            html,
            StringComparison.Ordinal);

        string Cell(int rank)
        {
            int bucket = (int)buckets[rank - 1];
            double place = (rank - Array.IndexOf(buckets, bucket) - 0.5) / buckets.Count(each => each == bucket);
            double lower = BucketLayout.LowerEdgeNs(bucket) - 0.5;
            return $"<td>{Figures.Microseconds(lower + place * (BucketLayout.UpperEdgeNs(bucket) + 0.5 - lower))}</td>";
        }
    }

    [Fact]
    public void Flagged_attempts_given_up_trials_and_losses_are_listed()
    {
        string html = Sample();

        Assert.Contains("1 trial was given up", html, StringComparison.Ordinal);
        Assert.Contains("generator-behind, rules-moved", html, StringComparison.Ordinal);
        Assert.Contains("about generator-behind, &quot;quoted&quot;", html, StringComparison.Ordinal);
        Assert.Contains("accepted at another attempt", html, StringComparison.Ordinal);
        Assert.Contains("NETFILTER_DROP</th><td>0</td><td>51</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Percentiles_that_the_sample_is_too_small_for_are_dashes()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Enumerable.Repeat(3_000L, 15)));

        string html = Html(store, messages);

        Assert.Matches("""<th scope="row">100</th><td>–</td></tr>""", html);
        Assert.DoesNotContain("<svg", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RecordedState.Started, "no recorded end")]
    [InlineData(RecordedState.Failed, "This experiment failed: nft: out of memory")]
    [InlineData(RecordedState.Cancelled, "This experiment was cancelled")]
    [InlineData(RecordedState.Completed, "This experiment is incomplete")]
    public void An_experiment_without_any_result_says_so_at_the_top(RecordedState state, string words)
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        switch (state)
        {
            case RecordedState.Completed:
                store.RecordCompleted(messages.Completed());
                break;
            case RecordedState.Failed:
                store.RecordFailed(new ExperimentFailed
                {
                    ExperimentId = messages.ExperimentId,
                    Reason = "nft: out of memory",
                    FailedAt = Messages.StartedAt,
                });
                break;
            case RecordedState.Cancelled:
                store.RecordCancelled(
                    new ExperimentCancelled { ExperimentId = messages.ExperimentId, CancelledAt = Messages.StartedAt });
                break;
        }

        string html = Html(store, messages);

        Assert.Contains(words, html, StringComparison.Ordinal);
        Assert.Contains("0 of 4 planned trials were accepted", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_number_of_Services_and_a_single_trial_are_enough_for_a_report()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started(1));
        store.RecordStep(messages.Scaled(0, 5, (Planes.Nftables, 1_000_000)));
        store.RecordTrial(messages.Trial(0, 0, Planes.Nftables, 5, Position.Random, Enumerable.Repeat(3_000L, 30)));
        store.RecordCompleted(messages.Completed());

        string html = Html(store, messages);

        Assert.DoesNotContain("Note.", html, StringComparison.Ordinal);
        Assert.Contains(
            "At 5 Services a first packet to a random Service spent 3.00 µs in nftables",
            html,
            StringComparison.Ordinal);
        Assert.Contains("<svg", html, StringComparison.Ordinal);
    }

    private string Sample(ExperimentSpec? spec = null)
    {
        Messages messages = new() { Spec = spec ?? new ExperimentSpec { Services = [100, 1_000, 10_000], Trials = 3 } };
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages);
        string html = Html(store, messages);
        // For a look at it by eye.
        if (Environment.GetEnvironmentVariable("PLUMBLINE_SAMPLE_REPORT") is { Length: > 0 } path)
        {
            File.WriteAllText(path, html);
        }

        return html;
    }

    private static string Html(ResultsStore store, Messages messages)
    {
        using StringWriter writer = new();
        HtmlReport.Write(store.Load(messages.ExperimentId), writer);
        return writer.ToString();
    }
}
