using Plumbline.Contracts;
using Xunit;

namespace Plumbline.Results.Tests;

/// <summary>What the function probe saw, from the message to every report.</summary>
public sealed class FunctionTests : IDisposable
{
    private const int Packets = 2_000;

    private static readonly RuleChain s_nat = new(RuleFunction.NftDoChain, "prerouting", "ip kube-proxy", "nat-prerouting");
    private static readonly RuleChain s_filter = new(RuleFunction.NftDoChain, "forward", "ip kube-proxy", "filter-forward");
    private static readonly RuleChain s_empty = new(RuleFunction.IptDoTable, "prerouting", "raw", "");

    private readonly ResultsFile _file = new();
    private readonly Messages _messages = new() { Spec = new ExperimentSpec { Timing = ["stage", "function"], Services = [100], Positions = ["last"] } };

    public void Dispose() => _file.Dispose();

    [Fact]
    public void What_was_recorded_is_loaded()
    {
        TrialMeasured trial = Measured(1, DataPlane.Nftables, 100);
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        store.RecordTrial(trial);

        AttemptResult attempt = Assert.Single(store.Load(_messages.ExperimentId).Attempts);

        Assert.Equal(trial.Trial, attempt.Trial);
        Assert.Equal(
            (FunctionAttachment.Fentry, null, 412.5), (attempt.Conditions.FunctionAttachment, attempt.Conditions.FunctionAbsent, attempt.Conditions.FunctionAddsNs));
        FunctionResult functions = attempt.Functions!;
        Assert.Equal((Packets, 1, 2, 3, 4), (functions.Packets, functions.NotFirstPackets, functions.Unpaired, functions.Lost, functions.Missed));
        Assert.Equal([s_filter, s_nat], functions.Calls.Select(call => call.Of));
        Assert.Equal((2.0, 2.0, 0.0), (functions.CallsPerPacket(), functions.CallsPerPacket(RuleFunction.NftDoChain), functions.CallsPerPacket(RuleFunction.IptDoTable)));
        Assert.Equal(trial.Functions!.Calls[0].Buckets, functions.Calls[1].Buckets.Select(bucket => new HistogramBucket(bucket.Index, bucket.Count)));
        Assert.Equal([Stage.Prerouting, Stage.ForwardPostrouting, Stage.Total, Stage.RuleFunctions], attempt.Latencies.Select(latency => latency.Stage));
    }

    [Fact]
    public void What_each_program_costs_is_loaded()
    {
        TrialMeasured baseline = Measured(0, DataPlane.NoRules, 0);
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        store.RecordTrial(baseline);

        ProgramCost cost = Assert.Single(store.Load(_messages.ExperimentId).Attempts).Conditions.ProgramCost!;

        Assert.Equal(baseline.Conditions.ProgramCost!.Packets, cost.Packets);
        Assert.Equal(baseline.Conditions.ProgramCost!.Programs, cost.Programs);
    }

    [Fact]
    public void The_view_of_calls_has_how_many_a_packet_makes()
    {
        Record();

        Assert.Equal(
            ["nft_do_chain forward ip kube-proxy filter-forward 1", "nft_do_chain prerouting ip kube-proxy nat-prerouting 1"],
            _file.Query<string>("SELECT DISTINCT call || ' ' || CAST(calls_per_packet AS INTEGER) FROM function_call WHERE data_plane = 'nftables' ORDER BY 1"));
        Assert.Equal(["fentry"], _file.Query<string>("SELECT DISTINCT attachment FROM function_call"));
    }

    [Fact]
    public void Calls_are_counted_for_each_packet_and_told_in_words()
    {
        ExperimentResults results = Record();

        FunctionCallTable table = FunctionCallTable.Of(results);

        Assert.Equal([s_empty, s_nat, s_filter], table.Rows.Select(row => row.Of));
        Assert.All(table.Rows, row => Assert.Equal(1, row.CallsPerPacket));
        Assert.Equal(["nftables: 2 calls of nft_do_chain a first packet"], FunctionText.CallsPerPacket(table));
    }

    [Fact]
    public void What_is_added_to_the_reading_and_to_the_packet_is_told_apart()
    {
        string[] words = [.. FunctionText.Of(Record())];

        Assert.Equal("The function probe was attached by fentry.", words[0]);
        Assert.StartsWith("Added to the reading: a call on an empty chain reads 40 ns for ipt_do_table (p50, baseline)", words[1], StringComparison.Ordinal);
        Assert.StartsWith("Added to the packet: with the function probe too, a first packet's way through the node was 412 ns longer", words[2], StringComparison.Ordinal);
        Assert.EndsWith(": fentry_ipt_do_table 55, stage_left 71.", words[2], StringComparison.Ordinal);
    }

    [Fact]
    public void That_it_could_not_measure_is_told_with_the_reason()
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started());
        TrialMeasured stage = _messages.Trial(1, 1, DataPlane.Nftables, 100, Position.Last, Messages.Around(2_000));
        store.RecordTrial(stage with { Conditions = stage.Conditions with { FunctionAbsent = "the kernel refuses every attachment: fentry: no" } });

        ExperimentResults results = store.Load(_messages.ExperimentId);

        Assert.Equal(["The function probe did not measure: the kernel refuses every attachment: fentry: no."], FunctionText.Of(results));
        Assert.DoesNotContain(Stage.RuleFunctions, ComparisonTable.Of(results).Cells.Select(cell => cell.Stage));
    }

    [Fact]
    public void The_csv_has_a_row_for_each_call()
    {
        using StringWriter writer = new();
        CsvExport.Write(Record(), writer);

        string[] rows = [.. writer.ToString().Split('\n').Where(line => line.Contains(",nft_do_chain prerouting ip kube-proxy nat-prerouting,", StringComparison.Ordinal))];
        Assert.Contains($",{Packets},", Assert.Single(rows), StringComparison.Ordinal);
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
        Assert.Equal([Stage.RuleFunctions], HeadlineTables.Of(ComparisonTable.Of(results)).Select(table => table.Stage));
    }

    [Fact]
    public void Calls_are_computed_again_with_the_stages()
    {
        Record();
        _file.Execute("UPDATE latency SET p50_ns = 1 WHERE stage LIKE 'nft_do_chain %'");

        using ResultsStore store = _file.Open();

        Assert.Equal(2, store.Recompute(_messages.ExperimentId, 1).Changed);
    }

    /// <summary>A baseline and a trial with rules.</summary>
    private ExperimentResults Record(Timing probes = Timing.Stage | Timing.Function)
    {
        using ResultsStore store = _file.Open();
        store.RecordStarted(_messages.Started(2));
        store.RecordTrial(Measured(0, DataPlane.NoRules, 0, probes));
        store.RecordTrial(Measured(1, DataPlane.Nftables, 100, probes));
        store.RecordCompleted(_messages.Completed());
        return store.Load(_messages.ExperimentId);
    }

    private TrialMeasured Measured(int trial, DataPlane dataPlane, int services, Timing probes = Timing.Stage | Timing.Function)
    {
        bool isBaseline = dataPlane == DataPlane.NoRules;
        TrialMeasured stage = _messages.Trial(trial, trial, dataPlane, services, isBaseline ? Position.None : Position.Last, Messages.Around(2_000, count: Packets));
        return stage with
        {
            Trial = stage.Trial with { Timing = probes },
            Conditions = stage.Conditions with
            {
                Probe = probes.InOneWord(),
                FunctionAttachment = FunctionAttachment.Fentry,
                FunctionAddsNs = 412.5,
                ProgramCost = isBaseline ? new ProgramCost(1_000, [new("fentry_ipt_do_table", 1_000, 55_000), new("stage_left", 1_000, 71_000)]) : null,
            },
            Histograms =
            [
                .. probes.HasFlag(Timing.Stage) ? stage.Histograms : [],
                Messages.Histogram(Stage.RuleFunctions, Messages.Around(1_400, count: Packets)),
            ],
            Functions = new FunctionMeasurement
            {
                Packets = Packets, NotFirstPackets = 1, Unpaired = 2, Lost = 3, Missed = 4,
                Calls = isBaseline ? [Calls(s_empty, Enumerable.Repeat(40L, Packets))] : [Calls(s_nat, Messages.Around(900, count: Packets)), Calls(s_filter, Messages.Around(500, count: Packets))],
            },
        };
    }

    private static FunctionCalls Calls(RuleChain of, IEnumerable<long> latencies)
    {
        NamedHistogram counts = Messages.Histogram(Stage.RuleFunctions, latencies);
        return new FunctionCalls
        {
            Of = of, LayoutVersion = counts.LayoutVersion, Count = counts.Count, SumNs = counts.SumNs, MinNs = counts.MinNs, MaxNs = counts.MaxNs,
            Overflow = counts.Overflow, Buckets = counts.Buckets,
        };
    }
}
