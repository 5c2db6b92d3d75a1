using System.Net;
using System.Text.Json.Nodes;
using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Reports.Texts;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>What every report says about stages that were measured again.</summary>
public sealed class RerunReportTests : IDisposable
{
    private const string Words =
        "Measured again after the experiment: step 2 one-way, step 1 scale (failed), step 3 rtt (not ended). "
        + "The latest accepted attempt of a trial counts, and the latest time to program a step.";

    private readonly ResultsFile _file = new();

    private readonly Messages _messages = new();

    private readonly ResultsStore _store;

    public RerunReportTests()
    {
        _store = _file.Open();
        SampleExperiment.Record(_store, _messages);
    }

    public void Dispose()
    {
        _store.Dispose();
        _file.Dispose();
    }

    [Fact]
    public void Without_reruns_no_report_mentions_them()
    {
        ExperimentResults results = _store.Load(_messages.ExperimentId);

        Assert.Null(RerunText.Summary(results));
        Assert.All([Html(results), Markdown(results)], report =>
        {
            Assert.DoesNotContain("Measured again", report, StringComparison.Ordinal);
            Assert.DoesNotContain("Reruns", report, StringComparison.Ordinal);
        });
        Assert.Empty(Json(results)["reruns"]!.AsArray());
    }

    [Fact]
    public void Reruns_are_named_once_in_the_page_and_in_Markdown()
    {
        ExperimentResults results = Rerun();

        Assert.Equal(Words, RerunText.Summary(results));
        Assert.Contains($"<h2>Reruns</h2>\n<p>{Words}</p>", Html(results), StringComparison.Ordinal);
        Assert.Contains("<a href=\"#reruns\">", Html(results), StringComparison.Ordinal);
        Assert.Contains($"\n> {Words}\n", Markdown(results), StringComparison.Ordinal);
    }

    [Fact]
    public void The_json_has_the_reruns()
    {
        JsonArray reruns = Json(Rerun())["reruns"]!.AsArray();

        Assert.Equal(
            [(1, 2, "one-way", "completed"), (2, 1, "scale", "failed"), (3, 3, "rtt", null)],
            reruns.Select(rerun => (
                (int)rerun!["run"]!, (int)rerun["step"]!, (string?)rerun["stage"], (string?)rerun["outcome"])));
        Assert.Equal("nft: no", (string?)reruns[1]!["reason"]);
    }

    [Fact]
    public void The_csv_marks_the_attempts_that_count()
    {
        using StringWriter writer = new();
        CsvExport.Write(Rerun(), writer);
        string[] lines = writer.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[][] rows = [.. lines.Select(line => line.Split(','))];
        int trial = Array.IndexOf(rows[0], "trial");
        int attempt = Array.IndexOf(rows[0], "attempt");
        int counts = Array.IndexOf(rows[0], "counts");

        Assert.Equal(
            _file.Query<(long, long)>("SELECT trial, attempt FROM trial_attempt WHERE counts = 1 ORDER BY trial"),
            rows.Skip(1).Where(row => row[counts] == "1").Select(
                row => (long.Parse(row[trial], null), long.Parse(row[attempt], null))).Distinct().Order());
        Assert.Contains(rows.Skip(1), row => row[attempt] == "4" && row[counts] == "1");
    }

    [Fact]
    public void Figures_are_those_of_the_rerun()
    {
        (int before, int trials) = Figure(_store.Load(_messages.ExperimentId));
        (int after, int same) = Figure(Rerun());

        Assert.Equal(trials, same);
        // One of three builds was measured again and is ten times as slow: 10^(1/3) on the log scale.
        Assert.InRange(after, 1.9 * before, 2.4 * before);

        static (int, int) Figure(ExperimentResults results)
        {
            ComparisonCell cell = ComparisonTable.Of(results).Cell(
                100, Cell.Empty.With(Planes.Nftables).With(Position.Last), Stage.Prerouting)!;
            return ((int)cell.P50!.Ns, cell.Trials);
        }
    }

    private ExperimentResults Rerun()
    {
        SampleExperiment.RecordRerun(_store, _messages);
        _store.RecordRerunStarted(_messages.RerunStarted(2, 1, RerunStage.Scale));
        _store.RecordRerunEnded(_messages.RerunEnded(2, ExperimentOutcome.Failed));
        _store.RecordRerunStarted(_messages.RerunStarted(3, 3, RerunStage.RoundTrip));
        return _store.Load(_messages.ExperimentId);
    }

    private static string Html(ExperimentResults results) => WebUtility.HtmlDecode(Written(HtmlReport.Write, results));

    private static string Markdown(ExperimentResults results) => Written(MarkdownExport.Write, results);

    private static JsonNode Json(ExperimentResults results) => JsonNode.Parse(Written(JsonExport.Write, results))!;

    private static string Written(Action<ExperimentResults, TextWriter> write, ExperimentResults results)
    {
        using StringWriter writer = new();
        write(results, writer);
        return writer.ToString();
    }
}
