using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>One table of a comparison for people: a stage, and the two statistics that stand in each cell.</summary>
/// <param name="High">Beside p50.</param>
public sealed record HeadlineTable(Stage Stage, Statistic High, string Title);

/// <summary>The tables that the terminal and Markdown begin with, the same in both.</summary>
public static class HeadlineTables
{
    public static IEnumerable<HeadlineTable> Of(ComparisonTable table)
    {
        if (table.Stages(Measure.OneWay).Contains(Stage.Prerouting))
        {
            yield return new HeadlineTable(
                Stage.Prerouting, Statistic.P99,
                "First packets to a Service: µs in PREROUTING (conntrack and Service rules), p50 / p99, median across trials");
        }

        if (table.Stages(Measure.OneWay).Contains(Stage.RuleFunctions))
        {
            yield return new HeadlineTable(
                Stage.RuleFunctions, Statistic.P99,
                "First packets to a Service: µs in ipt_do_table and nft_do_chain, all calls of a packet together, p50 / p99, median across trials");
        }

        if (table.Probes.Contains(Measure.RoundTrip))
        {
            yield return new HeadlineTable(
                Stage.RoundTrip, Statistic.P99,
                "Round trip of a first packet's probe: µs from device to device by kernel timestamps, p50 / p99, median across trials");
        }

        // The endpoint's own time is in the total; the HTML report has it apart.
        foreach (Stage stage in table.Stages(Measure.Grpc).Where(stage => stage != Stage.GrpcWorker))
        {
            yield return new HeadlineTable(
                stage, Statistic.P90, $"Application level (gRPC): {What(stage)}, µs, p50 / p90, median across trials");
        }
    }

    /// <summary>How much the probing program's clock adds to round trips; null when that is not known.</summary>
    public static string? UserSpaceWords(ComparisonTable table) => table.UserSpaceAddsNs() is not { } ns
        ? null
        : $"By user-space timestamps round trips are {Figures.Microseconds(ns)} µs longer (median of the cells' difference of p50).";

    /// <summary>A cell: <c>151.0 / 239.1</c>.</summary>
    public static string Cell(ComparisonCell? cell, HeadlineTable table) =>
        cell is null ? Figures.Unknown : $"{Figures.Microseconds(cell.P50)} / {Figures.Microseconds(cell.Of(table.High))}";

    /// <summary>The arms without rules: <c>no rules, first arm: 0.35 / 0.61 µs</c>.</summary>
    public static IEnumerable<string> Baselines(ExperimentResults results, ComparisonTable comparison, HeadlineTable table) =>
        from arm in comparison.Baselines
        where arm.Cell.Stage == table.Stage
        let what = results.Node is not null ? "none of the experiment's Services" : table.Stage == Stage.RuleFunctions ? "empty chains" : "no rules"
        select $"{what}, {BaselineArm.SubjectOf($"{arm.Arm.ToString().ToLowerInvariant()} arm", arm.Around)}: {Cell(arm.Cell, table)} µs";

    private static string What(Stage stage) => stage switch
    {
        Stage.GrpcConnect => "opening the connection",
        Stage.GrpcRequest => "the request on the open connection, without the endpoint's own time",
        Stage.GrpcTotal => "all of it, from the time the request was due",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, null),
    };
}
