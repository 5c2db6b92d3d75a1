using Plumbline.Reports.Html.Plots;

namespace Plumbline.Reports.Html;

/// <summary>Whether round trips grow by as much as one-way packets do.</summary>
internal static class CrossCheckSection
{
    /// <summary>Null unless both were measured, like the section of the check itself.</summary>
    public static ReportSection? Scatter(ExperimentAnalysis analysis) => ScatterPlot.Of(analysis) is not { } plot
        ? null
        : new ReportSection("Round trip against one-way") { Charts = ReportChart.Of(plot) };

    public static ReportSection? Of(CrossCheck check)
    {
        if (CrossCheckText.Summary(check) is not { } summary)
        {
            return null;
        }

        return new ReportSection("Cross-check")
        {
            Paragraphs =
            [
                summary,
                "Why 1: kube-proxy's rules are in the nat chains, which only the first packet of a flow passes. The "
                    + "reply of a round trip belongs to a flow that conntrack already knows and skips them. So a round "
                    + "trip meets the rules once, on its way there, as a one-way packet does. If the reply met them "
                    + "too, the ratio would be 2.",
                "Both differences of p50 (stages total and round-trip) and their ratio are computed within each build; "
                    + $"intervals are 95 % over builds. Up to {CrossCheckText.Threshold} one-way the ratio is noise "
                    + "over noise: such pairs are not judged, and only the JSON and the cross-check's CSV contain "
                    + "them. Where a pair is flagged but its interval includes 1, the builds disagree among themselves "
                    + "by as much.",
            ],
            Tables = check.JudgedPairs == 0 ? [] :
            [
                new ReportTable(
                    $"Pairs of cells that differ by more than {CrossCheckText.Threshold} one-way",
                    [
                        "cells", "Δ one-way, µs", "Δ round-trip, µs", "ratio", "95 % interval",
                        ReportColumn.Words("judgement"),
                    ],
                    [
                        .. check.Pairs.Where(pair => pair.Judged)
                            .OrderByDescending(pair => pair.Flagged)
                            .ThenByDescending(pair => pair.Flagged && pair.ExcludesOne)
                            .Select(RowOf),
                    ]),
            ],
        };
    }

    private static ReportRow RowOf(CrossCheckPair pair) => new(
        CrossCheckText.Cells(pair),
        Figures.Microseconds(pair.OneWayDeltaNs),
        Figures.Microseconds(pair.RoundTripDeltaNs),
        Figures.Ratio(pair.Ratio),
        pair.Interval is { } interval
            ? $"{Figures.Ratio(interval.Low)}–{Figures.Ratio(interval.High)}"
            : Figures.Unknown,
        Judgement(pair));

    private static string Judgement(CrossCheckPair pair) => pair switch
    {
        { Flagged: false } => "as expected",
        { ExcludesOne: true } => $"flagged: outside {CrossCheckText.Bounds}, and the interval excludes 1",
        _ => $"flagged: outside {CrossCheckText.Bounds}, but no interval excludes 1",
    };
}
