using Dapper;
using Microsoft.Data.Sqlite;

namespace Plumbline.Vm.Tests;

/// <summary>Debian 12's kernel.</summary>
public sealed class On_6_1_specs(SurveyOf61 survey) : Kernel_specs(survey), IClassFixture<SurveyOf61>;

/// <summary>Debian 13's kernel, as Debian 12 has it in its backports.</summary>
public sealed class On_6_12_specs(SurveyOf612 survey) : Kernel_specs(survey), IClassFixture<SurveyOf612>;

/// <summary>The lab on a distribution's kernel, in an emulated guest: counts and orderings, since its times mean nothing.</summary>
[Trait("Category", "Vm")]
public abstract class Kernel_specs(GuestSurvey survey) : IAsyncLifetime
{
    private const int Packets = 300;

    private static readonly string[] s_probes = ["one-way", "rtt"];

    private static readonly string[] s_cells =
        ["iptables-legacy first", "iptables-legacy last", "iptables-nft first", "iptables-nft last", "nftables first", "nftables last"];

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

    [Fact]
    public void Doctor_finds_all_that_the_lab_needs_and_fentry_besides()
    {
        string doctor = survey.Read("doctor");

        Assert.True(survey.ReadNumber("doctor.status") == 0, doctor);
        Assert.Matches("ok +stage probe", doctor);
        Assert.Matches("ok +BPF trampolines", doctor);
        Assert.Matches("ok +legacy tables", doctor);
    }

    [Fact]
    public void Functions_can_be_probed_and_the_kernel_generates_packets()
    {
        string features = survey.Read("features");

        Assert.Contains("kprobe=yes", features, StringComparison.Ordinal);
        Assert.Contains("pktgen=1000 of 1,000 packets arrived", features, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lab_counts_every_packet()
    {
        // 4: on a busy machine a trial may stay flagged, as its generator was behind; its counts are right all the same.
        Assert.True(survey.ReadNumber("lab.status") is 0 or 4, survey.Read("lab"));

        using SqliteConnection database = new(survey.Database);
        string[] expected = [.. from probe in s_probes from cell in s_cells select $"{probe} {cell}: {Packets} {Packets} {Packets} {Packets}"];
        Assert.Equal(expected, database.Query<string>(
            """
            SELECT DISTINCT probe_kind || ' ' || data_plane || ' ' || position || ': ' || sent || ' ' || measured || ' ' || first_packets || ' ' || translated
            FROM trial WHERE data_plane <> 'no-rules' ORDER BY 1
            """));
        Assert.Equal([$"one-way {Packets} {Packets}", $"rtt {Packets} {Packets}"], database.Query<string>(
            "SELECT DISTINCT probe_kind || ' ' || sent || ' ' || measured FROM trial WHERE data_plane = 'no-rules' ORDER BY 1"));
    }

    [Theory]
    [InlineData("iptables-legacy")]
    [InlineData("iptables-nft")]
    public void The_last_of_300_rules_costs_more_than_the_first(string dataPlane)
    {
        using SqliteConnection database = new(survey.Database);
        double P50(string position) => database.QuerySingle<double>(
            """
            SELECT MIN(p50_ns) FROM trial JOIN latency USING (experiment_id, step, trial, attempt)
            WHERE probe_kind = 'one-way' AND stage = 'prerouting' AND data_plane = @dataPlane AND position = @position
            """,
            new { dataPlane, position });

        Assert.True(P50("last") > P50("first"));
    }

    [Fact]
    public void What_a_killed_lab_left_is_removed_by_the_next_which_leaves_nothing()
    {
        Assert.Equal("status=137\nleft=3", survey.Read("killed/end"));
        Assert.Contains("removed 3 network namespaces that an earlier lab had left", survey.Read("lab"), StringComparison.Ordinal);
        Assert.Equal(0, survey.ReadNumber("left"));
    }
}
