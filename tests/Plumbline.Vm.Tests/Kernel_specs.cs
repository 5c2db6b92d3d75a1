using Dapper;
using Microsoft.Data.Sqlite;

namespace Plumbline.Vm.Tests;

/// <summary>Debian 12's kernel.</summary>
public sealed class On_6_1_specs(SurveyOf61 survey) : Kernel_specs(survey), IClassFixture<SurveyOf61>
{
    protected override string Generator =>
        "pktgen: auto: the kernel has it; relayed by the sender's namespace, as this kernel's pktgen keeps its packets";
}

/// <summary>Debian 13's kernel, as Debian 12 has it in its backports.</summary>
public sealed class On_6_12_specs(SurveyOf612 survey) : Kernel_specs(survey), IClassFixture<SurveyOf612>
{
    protected override string Generator => "pktgen: auto: the kernel has it";
}

/// <summary>
/// The lab on a distribution's kernel, in an emulated guest. Its times mean nothing, so these are counts, attachments
/// and orderings.
/// </summary>
[Trait("Category", "Vm")]
public abstract class Kernel_specs(GuestSurvey survey) : IAsyncLifetime
{
    private const int Packets = 200;

    private static readonly string[] s_planes = ["iptables-legacy", "iptables-nft", "nftables"];

    /// <summary>
    /// Every table that the tools make has its chain on each hook that a routed packet meets. Those of nat see its
    /// first packet only.
    /// </summary>
    private static readonly string[] s_calls =
    [
        "iptables-legacy: ipt_do_table prerouting mangle", "iptables-legacy: ipt_do_table prerouting nat",
        "iptables-legacy: ipt_do_table forward mangle", "iptables-legacy: ipt_do_table forward filter",
        "iptables-legacy: ipt_do_table postrouting mangle", "iptables-legacy: ipt_do_table postrouting nat",
        "iptables-nft: nft_do_chain prerouting ip mangle PREROUTING",
        "iptables-nft: nft_do_chain prerouting ip nat PREROUTING",
        "iptables-nft: nft_do_chain forward ip mangle FORWARD", "iptables-nft: nft_do_chain forward ip filter FORWARD",
        "iptables-nft: nft_do_chain postrouting ip mangle POSTROUTING",
        "iptables-nft: nft_do_chain postrouting ip nat POSTROUTING",
        "nftables: nft_do_chain prerouting ip kube-proxy filter-prerouting-pre-dnat",
        "nftables: nft_do_chain prerouting ip kube-proxy nat-prerouting",
        "nftables: nft_do_chain forward ip kube-proxy filter-forward",
        "nftables: nft_do_chain postrouting ip kube-proxy nat-postrouting",
    ];

    /// <summary>What sends there, and why.</summary>
    protected abstract string Generator { get; }

    private static string[] Positions => ["first", "last"];

    private static int[] Services => GuestSurvey.TriesMore ? [100, 1_000] : [100];

    public ValueTask InitializeAsync()
    {
        Assert.SkipWhen(survey.Missing is not null, survey.Missing ?? "");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("stage probe")]
    [InlineData("BPF trampolines")]
    [InlineData("kprobes")]
    [InlineData("function probe")]
    [InlineData("pktgen")]
    [InlineData("legacy tables")]
    public void Doctor_finds_everything_there(string what)
    {
        Assert.True(survey.ReadNumber("doctor.status") == 0, survey.Read("doctor"));
        Assert.Matches($"(?m)^ok +{what}", survey.Read("doctor"));
    }

    [Fact]
    public void Every_packet_of_pktgen_is_counted_on_all_data_planes()
    {
        AssertMeasured();

        Assert.Equal([Generator], Rows(
            "SELECT DISTINCT generator || ': ' || generator_reason FROM trial WHERE measure = 'one-way'"));
        Assert.Equal(
            Sorted(
            [
                $"no-rules 0 none: {Packets} {Packets} {Packets}",
                .. from plane in s_planes
                   from count in Services
                   from position in Positions
                   select $"{plane} {count} {position}: {Packets} {Packets} {Packets}",
            ]),
            Sorted(Rows(
                """
                SELECT DISTINCT data_plane || ' ' || services || ' ' || position || ': '
                  || sent || ' ' || arrived || ' ' || measured
                FROM trial WHERE measure = 'one-way' AND accepted = 1
                """)));
        Assert.Equal(
            [$"{Packets} {Packets} 0 0"],
            Rows(
                """
                SELECT DISTINCT first_packets || ' ' || translated || ' ' || not_first_packets || ' ' || unaccounted
                FROM trial WHERE measure = 'one-way' AND accepted = 1 AND data_plane <> 'no-rules'
                """));
    }

    [Fact]
    public void The_rule_functions_are_called_for_every_packet_by_the_hooks_of_their_data_plane()
    {
        AssertMeasured();

        Assert.Equal(["fentry 200 0"], Rows(
            """
            SELECT DISTINCT attachment || ' ' || kernel_probe.packets || ' '
              || ((counts_json ->> 'unpaired') + (counts_json ->> 'lost') + (counts_json ->> 'missed')
              + (counts_json ->> 'notFirstPackets'))
            FROM trial JOIN kernel_probe USING (experiment_id, step, trial, attempt)
            WHERE probe = 'function' AND measure = 'one-way' AND data_plane <> 'no-rules'
            """));
        string[] calls = Sorted(Rows(
            """
            SELECT DISTINCT data_plane || ': ' || (1.0 * count / kernel_probe.packets) || ' ' || stage
            FROM trial
            JOIN latency USING (experiment_id, step, trial, attempt)
            JOIN kernel_probe USING (experiment_id, step, trial, attempt, probe)
            WHERE data_plane <> 'no-rules' AND probe = 'function'
            """));
        Assert.Equal(Sorted(s_calls.Select(call => call.Replace(": ", ": 1.0 ", StringComparison.Ordinal))), calls);
    }

    [Fact]
    public void A_lab_killed_while_pktgen_sends_sends_no_more_and_the_next_leaves_nothing()
    {
        Assert.Equal("status=137\nsender=pktgen\nsent after it=0\nleft=6", survey.Read("killed/end"));
        Assert.Contains("removed 6 network namespaces of an earlier lab", survey.Read("lab"), StringComparison.Ordinal);
        Assert.Equal(0, survey.ReadNumber("left"));
        Assert.Equal("", survey.Read("held"));
    }

    [Fact]
    [Trait("Category", "VmLong")]
    public void Round_trips_are_answered_and_their_probes_are_first_packets()
    {
        DemandMore();

        // On a busy machine an answer may come late; then the trial is flagged and measured again.
        Assert.Equal([$"{Packets} {Packets} {Packets}"], Rows(
            """
            SELECT DISTINCT sent || ' ' || first_packets || ' ' || translated
            FROM trial WHERE measure = 'rtt' AND data_plane <> 'no-rules'
            """));
        Assert.Empty(Rows("SELECT trial FROM trial WHERE measure = 'rtt' AND sent <> answered + lost + late"));
    }

    [Fact]
    [Trait("Category", "VmLong")]
    public void The_last_of_1000_rules_costs_more_than_the_first()
    {
        DemandMore();
        double P50(string position) => Rows(
            $"""
            SELECT MIN(p50_ns) FROM trial JOIN latency USING (experiment_id, step, trial, attempt)
            WHERE measure = 'one-way' AND stage = 'prerouting' AND data_plane = 'iptables-nft' AND services = 1000
              AND position = '{position}'
            """).Select(text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)).Single();

        Assert.True(P50("last") > P50("first"));
    }

    [Fact]
    [Trait("Category", "VmLong")]
    public void Without_the_modules_of_legacy_tables_and_pktgen_the_others_are_measured_by_af_packet()
    {
        DemandMore();
        string said = survey.Read("hidden/lab");

        Assert.Contains(
            "plumbline: iptables-legacy cannot be measured here, only the others: ", said, StringComparison.Ordinal);
        using SqliteConnection database = survey.Open("hidden/plumbline.db");
        Assert.Equal(["iptables-nft 100 100", "nftables 100 100", "no-rules 100 100"], database.Query<string>(
            "SELECT DISTINCT data_plane || ' ' || sent || ' ' || measured FROM trial ORDER BY 1"));
        Assert.All(
            database.Query<string>("SELECT DISTINCT generator || ': ' || generator_reason FROM trial"),
            each => Assert.StartsWith("af_packet: auto: pktgen cannot be loaded: ", each, StringComparison.Ordinal));
    }

    [Fact]
    [Trait("Category", "VmLong")]
    public void The_probes_own_tests_pass_there_and_none_is_skipped()
    {
        DemandMore();

        Assert.True(survey.ReadNumber("tests.status") == 0, survey.Read("tests"));
        Assert.Matches(@"Total: [1-9]\d*, Errors: 0, Failed: 0, Skipped: 0,", survey.Read("tests"));
    }

    private static void DemandMore() =>
        Assert.SkipUnless(GuestSurvey.TriesMore, "takes long: with PLUMBLINE_VM_TESTS=1");

    private static string[] Sorted(IEnumerable<string> texts) => [.. texts.Order(StringComparer.Ordinal)];

    /// <summary>
    /// 4: on a busy machine a trial may stay flagged, as its generator was behind. Its counts are right all the same.
    /// </summary>
    private void AssertMeasured() => Assert.True(survey.ReadNumber("lab.status") is 0 or 4, survey.Read("lab"));

    private string[] Rows(string query)
    {
        using SqliteConnection database = survey.Open("plumbline.db");
        return [.. database.Query<string>(query)];
    }
}
