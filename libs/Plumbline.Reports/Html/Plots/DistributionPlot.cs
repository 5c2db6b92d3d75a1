using OxyPlot;
using OxyPlot.Axes;
using Plumbline.Histograms;

namespace Plumbline.Reports.Html.Plots;

/// <summary>How the headline stage's latencies spread at the most Services: their percentiles, by nines.</summary>
internal static class DistributionPlot
{
    private static readonly double[] s_tabled = [0.5, 0.9, 0.99, 0.999, 0.9999];

    /// <summary>From p50 on, about 12 places to each nine.</summary>
    private static readonly double[] s_shares =
        [.. s_tabled.Concat(Enumerable.Range(4, 46).Select(step => 1 - Math.Pow(10, -step / 12.0))).Distinct().Order()];

    public static Plot? Of(ExperimentResults results, HeadlineCells headline)
    {
        (string Title, SeriesStyle Style, LatencyHistogram Merged)[] all =
        [
            .. from attempt in results.AcceptedAttempts()
               where attempt.Trial.Measure == headline.Stage.Measure
               let cell = attempt.LocalCell()
               where cell.IsBaseline || headline.IsAt(cell)
               group attempt.Latency(headline.Stage) by cell.Column().Without(Axes.Position) into series
               orderby series.Key
               select (CellText.Column(series.Key), SeriesStyle.Of(series.Key), Merge(series)),
        ];
        PlotLine[] lines =
        [
            .. from each in all
               let style = each.Style with { Marker = MarkerType.None }
               select new PlotLine(each.Title, style, [.. Points(each.Merged)]),
        ];
        string what = $"{headline.Stage} to {headline.Words} at {Figures.Integer(headline.Services)} Services";
        return Plot.Of(
            "distribution",
            $"Percentiles of {what}, from p50 to the highest that the sample allows, by data plane",
            $"Percentiles of {what}: all packets of all accepted trials together. A line ends where fewer than "
                + $"{LatencyHistogram.MinimumSamplesAbove} packets lie above. The vertical axis is logarithmic.",
            PlotAxes.Percentiles(AxisPosition.Bottom, "percentile", PlotPoint.Places(lines)),
            PlotAxes.Logarithmic(AxisPosition.Left, $"µs {headline.Stage}", PlotPoint.Heights(lines)),
            lines) is not { } plot ? null : plot with
        {
            Data = new ReportTable(
                $"Percentiles of {what}, µs",
                [
                    ReportColumn.Words(Axes.DataPlane.Words),
                    .. s_tabled.Select(share => new ReportColumn(FormattableString.Invariant($"p{100 * share:0.##}"))),
                    "packets",
                ],
                [.. all.Select(each => RowOf(each.Title, each.Merged))]),
        };
    }

    private static ReportRow RowOf(string title, LatencyHistogram merged) => new(
        title,
        [
            .. s_tabled.Select(share => new ReportCell(Figures.Microseconds(Percentile(merged, share)))),
            Figures.Integer(merged.Count),
        ]);

    private static IEnumerable<PlotPoint> Points(LatencyHistogram merged) =>
        from share in s_shares
        let ns = Percentile(merged, share)
        where ns > 0
        select PlotPoint.Exact(PlotAxes.Nines(share), ns.Value / 1_000);

    private static double? Percentile(LatencyHistogram histogram, double share) =>
        histogram.Count == 0 ? null : histogram.PercentileNs(100 * share);

    private static LatencyHistogram Merge(IEnumerable<MeasuredLatency?> latencies) => latencies
        .OfType<MeasuredLatency>()
        .Where(latency => latency.Count > 0)
        .Select(latency => latency.ToLatencies())
        .Aggregate(LatencyHistogram.Empty, (merged, next) => merged.Merge(next));
}
