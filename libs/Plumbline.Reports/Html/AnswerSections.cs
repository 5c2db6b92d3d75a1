using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>What is answered: round trips of raw probes, and requests at application level.</summary>
internal static class AnswerSections
{
    public static ReportSection? RoundTrip(ExperimentSpec spec, ComparisonTable table, ExperimentAnalysis analysis) => !table.Probes.Contains(Measure.RoundTrip) ? null : new ReportSection("Round trip")
    {
        Paragraphs =
        [
            $"From a probe's leaving the sender's device to its answer's arrival there, by the kernel's timestamps: what the probing program itself adds is not in these figures. Each probe is the first packet of its flow. Probes: {RoundTripSettings(spec)}.",
            .. table.UserSpaceAddsNs() is { } ns
                ? [$"By the probing program's own clock the same round trips are {Figures.Microseconds(ns)} µs longer (median of the cells' differences of p50)."]
                : Array.Empty<string>(),
        ],
        Charts = ReportChart.Of(ServicesPlots.RoundTrip(analysis)),
        Tables = table.Columns.Count == 0 ? [] :
        [
            ComparisonSections.ByServices(table, analysis, Stage.RoundTrip, "Round trip", Statistic.P50),
            ComparisonSections.ByServices(table, analysis, Stage.RoundTrip, "Round trip", Statistic.P99),
        ],
    };

    public static ReportSection? Application(ExperimentSpec spec, ComparisonTable table) => !table.Probes.Contains(Measure.Grpc) ? null : new ReportSection("Application level: gRPC")
    {
        Paragraphs =
        [
            $"What an application sees, on both sides a .NET runtime with its gRPC library: these figures contain both runtimes, TCP and the scheduling of both processes, so they are no measure of the data plane alone. Requests: {RequestSettings(spec)}.",
        ],
        Tables = table.Columns.Count == 0 ? [] : [.. table.Stages(Measure.Grpc).Select(stage => ApplicationTable(table, stage))],
    };

    public static string RoundTripSettings(ExperimentSpec spec) => string.Create(
        CultureInfo.InvariantCulture, $"{spec.RttMode}, {spec.RttPacing}, late after {spec.TimeoutMs} ms");

    public static string RequestSettings(ExperimentSpec spec) => string.Create(
        CultureInfo.InvariantCulture, $"{spec.Requests} a trial, {spec.Rps} a second, connection {spec.Connection}, the endpoint burns CPU for {spec.WorkUs} µs of each");

    /// <summary>A trial has too few requests for percentiles above p90.</summary>
    private static ReportTable ApplicationTable(ComparisonTable table, Stage stage) => new(
        $"Application level: {stage.WireName()}, p50 / p90, µs: medians across trials, smallest–largest trial's p50 below",
        ["Services", .. table.Columns.Select(column => ReportColumn.Of(column))],
        [
            .. table.Rows.Select(services => new ReportRow(
                Figures.Integer(services),
                [.. table.Columns.Select(column => Cell(table.Cell(services, column, stage)))])),
        ]);

    private static ReportCell Cell(ComparisonCell? cell) =>
        cell is null ? Figures.Unknown : new ReportCell($"{Figures.Microseconds(cell.P50)} / {Figures.Microseconds(cell.P90)}", Figures.Spread(cell.P50));
}
