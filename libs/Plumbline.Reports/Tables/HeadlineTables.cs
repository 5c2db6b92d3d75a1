namespace Plumbline.Reports.Tables;

/// <summary>One table of a comparison for people: a stage, with two statistics in each cell.</summary>
/// <param name="High">Beside p50.</param>
public sealed record HeadlineTable(Stage Stage, Statistic High, string Title);

/// <summary>The tables that the terminal and Markdown begin with, the same in both.</summary>
public static class HeadlineTables
{
    public static IEnumerable<HeadlineTable> Of(ComparisonTable table) =>
        from measure in table.Measures
        from stage in table.Stages(measure)
        let what = What(stage)
        where what is not null
        let high = Headlines.High(measure)
        select new HeadlineTable(stage, high, $"{what}, p50 / {high.Name()}, mean over builds");

    /// <summary>How much the sending program's clock adds to round trips; null when that is not known.</summary>
    public static string? UserSpaceWords(ComparisonTable table) => table.UserSpaceAddsNs() is not { } ns
        ? null
        : $"By user-space timestamps round trips are {Figures.Microseconds(ns)} µs longer "
            + "(median of the cells' difference of p50).";

    /// <summary>A cell: <c>151.0 / 239.1</c>.</summary>
    public static string Cell(ComparisonCell? cell, HeadlineTable table) => cell is null
        ? Figures.Unknown
        : $"{Figures.Microseconds(cell.P50)} / {Figures.Microseconds(cell.Of(table.High))}";

    /// <summary>The baselines: <c>no rules, first arm: 0.35 / 0.61 µs</c>.</summary>
    public static IEnumerable<string> Baselines(
        ExperimentResults results, ComparisonTable comparison, HeadlineTable table) =>
        from arm in comparison.Baselines
        where arm.Cell.Stage == table.Stage
        select $"{Without(results, table.Stage)}, {BaselineText.Arm(arm)}: {Cell(arm.Cell, table)} µs";

    private static string Without(ExperimentResults results, Stage stage) =>
        results.Node is not null ? "none of the experiment's Services"
        : stage.Timing == Timing.Function ? "empty chains"
        : "no rules";

    /// <summary>Null where the stage has no headline table; the HTML report has all stages.</summary>
    private static string? What(Stage stage) => stage.Name switch
    {
        "prerouting" => "First packets to a Service: µs in PREROUTING (conntrack and Service rules)",
        "rule-functions" =>
            "First packets to a Service: µs in ipt_do_table and nft_do_chain, all calls of a packet together",
        "round-trip" => "Round trip of a first packet: µs from device to device by kernel timestamps",
        "grpc-connect" => "Application level (gRPC): opening the connection, µs",
        "grpc-request" =>
            "Application level (gRPC): the request on the open connection, without the endpoint's own time, µs",
        "grpc-total" => "Application level (gRPC): all of it, from the time the request was due, µs",
        _ => null,
    };
}
