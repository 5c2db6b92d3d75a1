using OxyPlot.Axes;
using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Results.Html;

/// <summary>How PREROUTING's latencies spread: its percentiles, by their nines, at the most Services.</summary>
internal static class DistributionPlot
{
    private static readonly double[] s_tabled = [0.5, 0.9, 0.99, 0.999, 0.9999];

    /// <summary>From p50 on, about 12 places to each nine.</summary>
    private static readonly double[] s_shares =
        [.. s_tabled.Concat(Enumerable.Range(4, 46).Select(step => 1 - Math.Pow(10, -step / 12.0))).Distinct().Order()];

    public static Plot? Of(ExperimentResults results, HeadlineCells telling)
    {
        AttemptResult[] accepted = [.. results.AcceptedAttempts().Where(attempt => attempt.Trial.Measure == telling.Stage.Measure())];
        (string Title, SeriesStyle Style, LatencyHistogram Merged)[] all =
        [
            .. from attempt in accepted
               let trial = attempt.Trial
               where trial.Cell.DataPlane == DataPlane.NoRules || (trial.Cell.Services == telling.Services && trial.Cell.Position == telling.Position)
               group attempt by trial.Cell.DataPlane into dataPlane
               orderby dataPlane.Key
               select (dataPlane.Key.WireName(), SeriesStyle.Of(dataPlane.Key), Merge(dataPlane.Select(attempt => attempt.Latency(telling.Stage)))),
        ];
        PlotLine[] lines = [.. all.Select(each => new PlotLine(each.Title, each.Style with { Marker = OxyPlot.MarkerType.None }, [.. Points(each.Merged)]))];
        string what = $"{telling.Stage.WireName()} to {telling.Words} at {Figures.Integer(telling.Services)} Services";
        return Plot.Of(
            "distribution",
            $"Percentiles of {what}, from p50 to the highest that the sample allows, by data plane",
            $"Percentiles of {what}: of the packets of all accepted trials together. A line ends where fewer than {LatencyHistogram.MinimumSamplesAbove} packets lie above. The vertical axis is logarithmic.",
            PlotAxes.Percentiles(AxisPosition.Bottom, "percentile", PlotPoint.Places(lines)),
            PlotAxes.Logarithmic(AxisPosition.Left, $"µs {telling.Stage.WireName()}", PlotPoint.Heights(lines)),
            lines) is not { } plot ? null : plot with
        {
            Data = new ReportTable(
                $"Percentiles of {what}, µs",
                [ReportColumn.Words("data plane"), .. s_tabled.Select(share => new ReportColumn(FormattableString.Invariant($"p{100 * share:0.##}"))), "packets"],
                [
                    .. all.Select(each => new ReportRow(
                        each.Title,
                        [.. s_tabled.Select(share => (ReportCell)Figures.Microseconds(Percentile(each.Merged, share))), Figures.Integer(each.Merged.Count)])),
                ]),
        };
    }

    private static IEnumerable<PlotPoint> Points(LatencyHistogram merged) =>
        from share in s_shares
        let ns = Percentile(merged, share)
        where ns > 0
        select PlotPoint.Exact(PlotAxes.Nines(share), ns.Value / 1_000);

    private static double? Percentile(LatencyHistogram histogram, double share) => histogram.Count == 0 ? null : histogram.PercentileNs(100 * share);

    private static LatencyHistogram Merge(IEnumerable<StageLatency?> latencies) => latencies.OfType<StageLatency>()
        .Where(latency => latency.Count > 0)
        .Select(latency => LatencyHistogram.FromBuckets(
            latency.Buckets.Select(bucket => KeyValuePair.Create(bucket.Index, bucket.Count)),
            latency.Count, latency.SumNs, latency.MinNs!.Value, latency.MaxNs!.Value, latency.Overflow))
        .Aggregate(LatencyHistogram.Empty, (merged, next) => merged.Merge(next));
}
