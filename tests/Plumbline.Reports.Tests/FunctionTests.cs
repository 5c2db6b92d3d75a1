using Plumbline.Analysis.Tables;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Reports.Html;
using Plumbline.Reports.Tables;
using Plumbline.Reports.Texts;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

/// <summary>What the function probe saw, in every report.</summary>
public sealed class FunctionTests : IDisposable
{
    private readonly ResultsFile _file = new();

    private readonly Messages _messages = FunctionExperiment.Messages();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void Calls_are_counted_for_each_packet_and_put_into_words()
    {
        ExperimentResults results = Record();

        FunctionCallTable table = FunctionCallTable.Of(results);

        Assert.Equal(
            [FunctionExperiment.Empty, FunctionExperiment.Nat, FunctionExperiment.Filter],
            table.Rows.Select(row => row.Of));
        Assert.All(table.Rows, row => Assert.Equal(1, row.CallsPerPacket));
        Assert.Equal(["nftables: 2 calls of nft_do_chain a first packet"], FunctionText.CallsPerPacket(table));
    }

    [Fact]
    public void What_is_added_to_the_reading_and_what_to_the_packet_are_two_sentences()
    {
        string[] words = [.. FunctionText.Of(Record())];

        Assert.Equal("The function probe was attached by fentry.", words[0]);
        Assert.StartsWith(
            "Added to the reading: a call on an empty chain reads 40 ns for ipt_do_table (p50, baseline)",
            words[1],
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Added to the packet: with the function probe too, a first packet's way through the node was 412 ns longer",
            words[2],
            StringComparison.Ordinal);
        Assert.EndsWith(": fentry_ipt_do_table 55, stage_left 71.", words[2], StringComparison.Ordinal);
    }

    [Fact]
    public void That_it_could_not_measure_is_said_with_the_reason()
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        TrialMeasured stage = _messages.Trial(1, 1, Planes.Nftables, 100, Position.Last, Messages.Around(2_000));
        store.RecordTrial(stage with
        {
            Probes =
            [
                .. stage.Probes,
                Messages.Report(Timing.Function) with { Absent = "the kernel refuses every attachment: fentry: no" },
            ],
        });

        ExperimentResults results = store.Load(_messages.ExperimentId);

        Assert.Equal(
            ["The function probe did not measure: the kernel refuses every attachment: fentry: no."],
            FunctionText.Of(results));
        Assert.DoesNotContain(Stage.RuleFunctions, ComparisonTable.Of(results).Cells.Select(cell => cell.Stage));
    }

    [Fact]
    public void The_csv_has_a_row_for_each_call()
    {
        using StringWriter writer = new();
        CsvExport.Write(Record(), writer);

        string[] rows = [.. writer.ToString().Split('\n').Where(
            line => line.Contains(",nft_do_chain prerouting ip kube-proxy nat-prerouting,", StringComparison.Ordinal))];
        Assert.Contains($",{FunctionExperiment.Packets},", Assert.Single(rows), StringComparison.Ordinal);
        Assert.Contains(",fentry,", rows[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_for_people_has_the_calls_and_the_headline_without_the_stages()
    {
        ExperimentResults results = Record(Timing.Function);
        using StringWriter html = new();
        HtmlReport.Write(results, html);

        Assert.Contains("Rule functions", html.ToString(), StringComparison.Ordinal);
        Assert.Contains("nat-prerouting", html.ToString(), StringComparison.Ordinal);
        Assert.Contains("2 calls of nft_do_chain a first packet.", html.ToString(), StringComparison.Ordinal);
        Assert.Equal(
            [Stage.RuleFunctions], HeadlineTables.Of(ComparisonTable.Of(results)).Select(table => table.Stage));
    }

    private ExperimentResults Record(Timing timing = Timing.Stage | Timing.Function)
    {
        using ResultsStore store = _file.Open();
        return FunctionExperiment.Record(store, _messages, timing);
    }
}
