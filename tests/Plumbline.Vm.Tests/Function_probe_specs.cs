using Dapper;
using Microsoft.Data.Sqlite;

namespace Plumbline.Vm.Tests;

public sealed class Functions_on_6_1_specs(FunctionsOn61 runs)
    : Function_probe_specs(runs), IClassFixture<FunctionsOn61>;

public sealed class Functions_on_6_12_specs(FunctionsOn612 runs)
    : Function_probe_specs(runs), IClassFixture<FunctionsOn612>;

/// <summary>
/// Counts of the function probe on a distribution's kernel, by each attachment. Times in an emulated guest mean
/// nothing.
/// </summary>
[Trait("Category", "Vm")]
[Trait("Category", "VmLong")]
public abstract class Function_probe_specs(FunctionProbeRuns runs) : IAsyncLifetime
{
    private const int Packets = 1_000;

    /// <summary>The base chains of kube-proxy's rules that a forwarded first packet meets, once each.</summary>
    private static readonly string[] s_calls =
    [
        "iptables-legacy ipt_do_table forward filter",
        "iptables-legacy ipt_do_table forward mangle",
        "iptables-legacy ipt_do_table postrouting mangle",
        "iptables-legacy ipt_do_table postrouting nat",
        "iptables-legacy ipt_do_table prerouting mangle",
        "iptables-legacy ipt_do_table prerouting nat",
        "iptables-nft nft_do_chain forward ip filter FORWARD",
        "iptables-nft nft_do_chain forward ip mangle FORWARD",
        "iptables-nft nft_do_chain postrouting ip mangle POSTROUTING",
        "iptables-nft nft_do_chain postrouting ip nat POSTROUTING",
        "iptables-nft nft_do_chain prerouting ip mangle PREROUTING",
        "iptables-nft nft_do_chain prerouting ip nat PREROUTING",
        "nftables nft_do_chain forward ip kube-proxy filter-forward",
        "nftables nft_do_chain postrouting ip kube-proxy nat-postrouting",
        "nftables nft_do_chain prerouting ip kube-proxy filter-prerouting-pre-dnat",
        "nftables nft_do_chain prerouting ip kube-proxy nat-prerouting",
        "no-rules ipt_do_table prerouting raw",
        "no-rules nft_do_chain prerouting ip empty prerouting",
    ];

    public static TheoryData<string> Attachments => ["fentry", "kprobe"];

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(runs.Missing is not null, runs.Missing ?? "");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [MemberData(nameof(Attachments))]
    public void Every_packet_meets_each_chain_of_its_way_once_and_no_other(string attachment)
    {
        // 4: on a busy machine the generator may be behind, so a trial stays flagged. Its counts are right all the
        // same.
        Assert.True(runs.ReadNumber($"{attachment}.status") is 0 or 4, runs.Read($"{attachment}.log"));

        using SqliteConnection database = new(runs.Database(attachment));
        Assert.Equal(s_calls.Select(call => $"{call} {Packets}"), database.Query<string>(
            """
            SELECT DISTINCT data_plane || ' ' || stage || ' ' || count
            FROM trial JOIN latency USING (experiment_id, step, trial, attempt)
            WHERE probe = 'function' ORDER BY 1
            """));
    }

    [Theory]
    [MemberData(nameof(Attachments))]
    public void No_call_is_missing_and_every_packet_is_proved_and_summed(string attachment)
    {
        using SqliteConnection database = new(runs.Database(attachment));

        Assert.Equal([$"{attachment} function {Packets} 0 0 0 0"], database.Query<string>(
            """
            SELECT DISTINCT attachment || ' ' || timed_by || ' ' || kernel_probe.packets
              || ' ' || (counts_json ->> 'notFirstPackets') || ' ' || (counts_json ->> 'unpaired')
              || ' ' || (counts_json ->> 'lost') || ' ' || (counts_json ->> 'missed')
            FROM trial JOIN kernel_probe USING (experiment_id, step, trial, attempt) WHERE probe = 'function'
            """));
        Assert.Equal([$"{Packets} {Packets} {Packets} {Packets}"], database.Query<string>(
            """
            SELECT DISTINCT sent || ' ' || first_packets || ' ' || translated || ' ' || count
            FROM trial JOIN latency USING (experiment_id, step, trial, attempt)
            WHERE stage = 'rule-functions' AND data_plane <> 'no-rules'
            """));
    }

    [Theory]
    [MemberData(nameof(Attachments))]
    public void The_sum_of_a_packet_is_that_of_its_calls(string attachment)
    {
        using SqliteConnection database = new(runs.Database(attachment));

        Assert.Equal(0, database.QuerySingle<int>(
            """
            SELECT COUNT(*) FROM (
              SELECT SUM(CASE WHEN stage = 'rule-functions' THEN sum_ns ELSE -sum_ns END) AS rest
              FROM latency WHERE stage = 'rule-functions' OR probe = 'function'
              GROUP BY experiment_id, step, trial, attempt)
            WHERE rest <> 0
            """));
    }

    [Theory]
    [MemberData(nameof(Attachments))]
    public void A_baseline_measures_what_each_program_costs(string attachment)
    {
        using SqliteConnection database = new(runs.Database(attachment));
        string other = attachment == "fentry" ? "kprobe" : "fentry";

        Assert.Equal(2, database.QuerySingle<int>("SELECT COUNT(DISTINCT step) FROM program_run"));
        Assert.Equal(0, database.QuerySingle<int>(
            "SELECT COUNT(*) FROM program_run WHERE program LIKE @other || '%'", new { other }));
        Assert.Equal(2, database.QuerySingle<int>(
            """
            SELECT COUNT(DISTINCT program) FROM program_run
            WHERE program LIKE @attachment || '%' AND runs >= packets AND run_time_ns > 0
            """,
            new { attachment }));
    }

    [Fact]
    public void When_every_attachment_is_hidden_the_lab_stops_with_one_line_before_it_makes_anything()
    {
        Assert.Equal(3, runs.ReadNumber("refused.status"));
        Assert.Matches(
            "^plumbline: the function probe cannot be used here: [^\n]*; use --timing stage$",
            runs.Read("refused.log"));
    }

    [Fact]
    public void A_trace_shows_hooks_and_tables_when_no_other_module_is_loaded()
    {
        string trace = runs.Read("trace.log");

        Assert.True(runs.ReadNumber("trace.status") == 0, trace);
        Assert.Matches("\n +prerouting nat +[0-9,]+ +[0-9,]+ +[0-9]+ % +–\n", trace);
        Assert.Matches("\n +postrouting nat ", trace);
        Assert.Contains("rule functions by fentry", trace, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_left() => Assert.Equal(0, runs.ReadNumber("left"));
}
