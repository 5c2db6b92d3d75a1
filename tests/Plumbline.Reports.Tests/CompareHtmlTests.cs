using System.Net;
using System.Text.RegularExpressions;
using Plumbline.Analysis.Comparisons;
using Plumbline.Contracts;
using Plumbline.Reports.Comparisons;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

public sealed class CompareHtmlTests
{
    [Fact]
    public void Two_experiments_are_drawn_and_the_planted_cells_are_marked_and_no_others()
    {
        string html = Planted();

        Assert.Equal(2, Regex.Count(html, "<figure>"));
        Assert.Equal(
            2 * 2, Regex.Count(html, """<svg [^>]*role="img" [^>]*aria-label="[^"]{20,}" class="(wide|narrow)">"""));
        Assert.All(
            [
                ">µs prerouting (p50)</text>", ">B / A (p50)</text>", ">no difference</text>",
                ">nftables last, A</text>", ">nftables last, B</text>", ">nftables last</text>",
            ],
            words => Assert.Contains(words, html, StringComparison.Ordinal));
        Assert.All(Judgements(html, "nftables last at 100"), each => Assert.Equal("slower", each));
        Assert.All(Judgements(html, "nftables last at 10,000"), each => Assert.Equal("slower", each));
        Assert.All(Judgements(html, "iptables-nft last at 100"), each => Assert.Equal("same", each));
        Assert.All(Judgements(html, "iptables-nft last at 10,000"), each => Assert.Equal("same", each));
    }

    [Fact]
    public void A_is_solid_and_B_is_dashed_in_the_data_planes_colour()
    {
        string wide = Regex.Match(Planted(), """<svg [^>]*class="wide">.*?</svg>""", RegexOptions.Singleline).Value;

        // 2 is the width of lines, bars are thinner; the legend's have no joints.
        string pattern = "<polyline [^>]*stroke:var\\(--nftables\\);stroke-width:2;stroke-linejoin[^>]*>";
        string[] lines = [.. Regex.Matches(wide, pattern).Select(match => match.Value)];
        Assert.Equal(2, lines.Length);
        Assert.Contains(lines, line => line.Contains("stroke-dasharray", StringComparison.Ordinal));
        Assert.Contains(lines, line => !line.Contains("stroke-dasharray", StringComparison.Ordinal));
    }

    [Fact]
    public void Different_conditions_give_a_warning_and_come_before_the_plots()
    {
        string html = Planted(new ExperimentSpec { Seed = 2 });

        Assert.Contains("A and B were measured under different conditions (seed)", html, StringComparison.Ordinal);
        Assert.Matches("""(?s)<th scope="row">seed</th><td class="words">1</td><td class="words">2</td>.*<svg""", html);
    }

    [Fact]
    public void A_threshold_is_judged_before_everything_else()
    {
        string html = WebUtility.HtmlDecode(Planted(null, "p50=+5%"));

        string verdict = html[html.IndexOf(
            "<h2>Verdict</h2>", StringComparison.Ordinal)..html.IndexOf("<nav", StringComparison.Ordinal)];
        Assert.Contains("Threshold p50=+5%: EXCEEDED in 2 of 4 cells:", verdict, StringComparison.Ordinal);
        Assert.Contains("<dd>prerouting, nftables last at 10,000: p50", verdict, StringComparison.Ordinal);
        Assert.DoesNotContain("threshold", Planted(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void An_experiment_compared_with_itself_differs_in_nothing()
    {
        ExperimentResults results = CompareExperiments.Record(new Messages());

        string html = Html(ExperimentComparison.Of(results, results));

        Assert.Contains("Nothing: the conditions are the same.", html, StringComparison.Ordinal);
        Assert.Contains(
            "No difference beyond the spread of the builds, in 8 figures in 4 cells", html, StringComparison.Ordinal);
        Assert.DoesNotContain("different conditions", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"<td class=""words"">(slower|faster)</td>", html);
    }

    [Fact]
    public void Experiments_without_a_common_cell_are_a_page_without_plots()
    {
        string html = Html(ExperimentComparison.Of(
            CompareExperiments.Record(
                new Messages(), services: [100]), CompareExperiments.Record(new Messages(), services: [200])));

        Assert.Contains("there is nothing to compare", html, StringComparison.Ordinal);
        Assert.Contains("Only A has 2 cells:", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_intervals_there_are_plots_and_cells_are_not_judged()
    {
        string html = Html(ExperimentComparison.Of(
            CompareExperiments.Record(
                new Messages(),
                builds: 2,
                services: [100]), CompareExperiments.Record(new Messages(), _ => 2, builds: 2, services: [100])));

        Assert.Equal(2, Regex.Count(html, "<figure>"));
        Assert.All(Judgements(html, "nftables last at 100"), each => Assert.Equal("–", each));
    }

    [Fact]
    public void The_page_refers_to_nothing_outside_itself_runs_no_script_and_is_safe_from_names()
    {
        string html = Planted(new ExperimentSpec { Name = "<script>alert(1)</script>{{ style }}" });

        Assert.Contains("{{ style }}</h1>", html, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?i)<(script|link|iframe|object|embed|img|image|use|base)\b", html);
        Assert.DoesNotMatch(@"(?i)\b(src|srcset|action)\s*=", html);
        Assert.DoesNotMatch(@"(?i)\bhref\s*=\s*""(?!#)", html);
        Assert.DoesNotMatch(@"(?i)url\((?!#)|@import", html);
        Assert.DoesNotMatch(@"(?i)\s(?!xmlns\b|xmlns:)[\w:-]+\s*=\s*""https?:", html);
        string[] ids = [.. Regex.Matches(html, "\\bid=\"([^\"]+)\"").Select(match => match.Groups[1].Value)];
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    /// <summary>The judgement of each figure of a cell: of p50, and of the highest percentile that is shown.</summary>
    private static string[] Judgements(string html, string cell)
    {
        string[] found = [.. Regex.Matches(
            html,
            $"""<th scope="row">{cell}</th>.*<td class="words">([^<]*)</td></tr>""").Select(
                match => match.Groups[1].Value)];
        Assert.NotEmpty(found);
        return found;
    }

    /// <summary>B's nftables is 1.2 times as slow.</summary>
    private static string Planted(ExperimentSpec? ofB = null, params string[] thresholds)
    {
        string html = Html(
            ExperimentComparison.Of(
                CompareExperiments.Record(new Messages(), spread: 0.05),
                CompareExperiments.Record(
                    new Messages { Spec = ofB ?? new ExperimentSpec() },
                    dataPlane => dataPlane == Planes.Nftables ? 1.2 : 1,
                    spread: 0.05,
                    seed: 3)),
            thresholds);
        // For a look at it by eye.
        if (Environment.GetEnvironmentVariable("PLUMBLINE_SAMPLE_COMPARISON") is { Length: > 0 } path)
        {
            File.WriteAllText(path, html);
        }

        return html;
    }

    private static string Html(ExperimentComparison comparison, params string[] thresholds)
    {
        using StringWriter writer = new();
        CompareHtml.Write(comparison, [.. thresholds.Select(each => Threshold.TryParse(each)!)], writer);
        return writer.ToString();
    }
}
