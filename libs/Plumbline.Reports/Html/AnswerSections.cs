using System.Globalization;
using Plumbline.Reports.Html.Plots;

namespace Plumbline.Reports.Html;

/// <summary>Answers: round trips of probe packets, and requests at application level.</summary>
internal static class AnswerSections
{
    public static ReportSection? RoundTrip(ExperimentSpec spec, ComparisonTable table, ExperimentAnalysis analysis)
    {
        if (!table.Measures.Contains(Measure.RoundTrip))
        {
            return null;
        }

        string[] added = table.UserSpaceAddsNs() is { } ns
            ?
            [
                $"By the sending program's own clock the same round trips are {Figures.Microseconds(ns)} µs longer "
                    + "(median of the cells' differences of p50).",
            ]
            : [];
        return new ReportSection("Round trip")
        {
            Paragraphs =
            [
                "From a probe packet leaving the sender's device to its answer arriving there, by the kernel's "
                    + "timestamps. These figures do not include what the sending program itself adds. "
                    + $"Each probe packet is the first packet of its flow. Probe packets: {RoundTripSettings(spec)}.",
                .. added,
            ],
            Charts = ReportChart.Of(ServicesPlots.RoundTrip(analysis)),
            Tables = ComparisonSections.ByServices(table, analysis, Stage.RoundTrip, "Round trip"),
        };
    }

    public static ReportSection? Application(ExperimentSpec spec, ComparisonTable table)
    {
        if (!table.Measures.Contains(Measure.Grpc))
        {
            return null;
        }

        return new ReportSection("Application level: gRPC")
        {
            Paragraphs =
            [
                "What an application sees, with a .NET runtime and its gRPC library on both sides. These figures "
                    + "contain both runtimes, TCP and the scheduling of both processes, so they do not measure the "
                    + $"data plane alone. Requests: {RequestSettings(spec)}.",
            ],
            Tables = table.Columns.Count == 0
                ? []
                : [.. table.Stages(Measure.Grpc).Select(stage => ApplicationTable(table, stage))],
        };
    }

    public static string RoundTripSettings(ExperimentSpec spec) => string.Create(
        CultureInfo.InvariantCulture,
        $"{ProtocolText.Packets(spec)}, {spec.RttPacing}, late after {spec.TimeoutMs} ms");

    public static string RequestSettings(ExperimentSpec spec) => string.Create(
        CultureInfo.InvariantCulture,
        $"{spec.Requests} a trial, {spec.Rps} a second, connection {spec.Connection}, ")
        + string.Create(CultureInfo.InvariantCulture, $"the endpoint burns CPU for {spec.WorkUs} µs in each");

    private static ReportTable ApplicationTable(ComparisonTable table, Stage stage)
    {
        Statistic high = Headlines.High(Measure.Grpc);
        return new ReportTable(
            $"Application level: {stage}, p50 / {high.Name()}, µs: means over builds, "
                + "smallest–largest trial's p50 below",
            ["Services", .. table.Columns.Select(ReportColumn.Of)],
            [
                .. table.Rows.Select(services => new ReportRow(
                    Figures.Integer(services),
                    [.. table.Columns.Select(column => CellOf(table.Cell(services, column, stage)))])),
            ]);

        ReportCell CellOf(ComparisonCell? cell) => cell is null
            ? Figures.Unknown
            : new ReportCell(
                $"{Figures.Microseconds(cell.P50)} / {Figures.Microseconds(cell.Of(high))}", Figures.Spread(cell.P50));
    }
}
