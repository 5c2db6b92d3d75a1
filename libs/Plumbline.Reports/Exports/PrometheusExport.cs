using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>
/// The experiment in Prometheus' text format (version 0.0.4), to be pushed to a Pushgateway: gauges, in seconds where
/// Prometheus expects seconds. What is not known is not there.
/// </summary>
public static class PrometheusExport
{
    private static readonly (Statistic Statistic, string Quantile)[] s_quantiles =
        [(Statistic.P50, "0.5"), (Statistic.P90, "0.9"), (Statistic.P95, "0.95"), (Statistic.P99, "0.99"), (Statistic.P999, "0.999")];

    /// <summary>All nodes of a cluster together, each sample with its node's label; a lab's have none.</summary>
    public static void Write(ExperimentResults results, TextWriter writer)
    {
        IReadOnlyList<ExperimentResults> views = results.ByNode();
        PrometheusText text = new(writer, ("experiment", results.Summary.ExperimentId.ToString("D")));
        WriteExperiment(text, results, views);
        WriteCells(text, views);
        WriteBaselines(text, views);
        WriteAnalysis(text, views);
        WriteProgramming(text, views);
    }

    private static void WriteExperiment(PrometheusText text, ExperimentResults results, IReadOnlyList<ExperimentResults> views)
    {
        ExperimentSummary summary = results.Summary;
        text.Gauge("plumbline_experiment_info", "The experiment and its machine; always 1.",
            [
                .. from view in views
                   select new PrometheusSample(1, [
                       ("name", summary.Name), ("state", summary.State.WireName()), ("kernel", view.Machine?.Kernel ?? ""),
                       ("cpu", view.Machine?.CpuModel ?? ""), ("plumbline", view.Machine?.PlumblineVersion ?? ""), .. Node(view),
                   ]),
            ]);
        text.Gauge("plumbline_experiment_start_time_seconds", "When the experiment started, in seconds since 1970.",
            (summary.StartedAt.ToUnixTimeMilliseconds() / 1e3, []));
    }

    private static void WriteCells(PrometheusText text, IReadOnlyList<ExperimentResults> views)
    {
        (ComparisonCell Cell, (string, string)[] Labels)[] cells =
            [.. from view in views from cell in ComparisonTable.Of(view).Cells select (cell, ((string, string)[])[.. Labels(cell), .. Node(view)])];
        text.Gauge("plumbline_latency_seconds", "Percentile of a stage's latency, median across accepted trials.",
            [
                .. from each in cells
                   from quantile in s_quantiles
                   let across = each.Cell.Of(quantile.Statistic)
                   where across is not null
                   select new PrometheusSample(across.MedianNs / 1e9, [.. each.Labels, ("quantile", quantile.Quantile)]),
            ]);
        text.Gauge("plumbline_latency_mean_seconds", "Mean of a stage's latency, median across accepted trials.",
            [.. cells.Where(each => each.Cell.Mean is not null).Select(each => new PrometheusSample(each.Cell.Mean!.MedianNs / 1e9, each.Labels))]);
        text.Gauge("plumbline_trials", "Accepted trials that the figures of a stage are of.",
            [.. cells.Select(each => new PrometheusSample(each.Cell.Trials, each.Labels))]);
        text.Gauge("plumbline_flagged_attempts", "Attempts that could not be trusted; they are in no figure.",
            [.. cells.Select(each => new PrometheusSample(each.Cell.FlaggedAttempts, each.Labels))]);
        text.Gauge("plumbline_given_up_trials", "Trials that were still flagged at their last attempt.",
            [.. cells.Select(each => new PrometheusSample(each.Cell.GivenUpTrials, each.Labels))]);
    }

    private static void WriteBaselines(PrometheusText text, IReadOnlyList<ExperimentResults> views) =>
        text.Gauge("plumbline_baseline_latency_seconds", $"Percentile of a stage's latency {NodeText.WithoutAny(views[0])}, before (first) and after (last) all others.",
            [
                .. from view in views
                   from arm in ComparisonTable.Of(view).Baselines
                   from quantile in s_quantiles
                   let across = arm.Cell.Of(quantile.Statistic)
                   where across is not null
                   select new PrometheusSample(
                       across.MedianNs / 1e9,
                       [("arm", arm.Arm.ToString().ToLowerInvariant()), .. Around(arm), ("stage", arm.Cell.Stage.WireName()), .. Node(view), ("quantile", quantile.Quantile)]),
            ]);

    private static (string, string)[] Around(BaselineArm arm) => arm.Around is { } plane ? [("around", plane.WireName())] : [];

    private static void WriteAnalysis(PrometheusText text, IReadOnlyList<ExperimentResults> views)
    {
        (Growth Growth, (string, string)[] Labels)[] growths =
            [.. from view in views from growth in ExperimentAnalysis.Of(view).Growths select (growth, ((string, string)[])[.. Labels(growth), .. Node(view)])];
        text.Gauge("plumbline_slope_ns_per_service", "How much the p50 of a stage grows with each Service, of the straight line through all trials.",
            [.. growths.Select(each => new PrometheusSample(each.Growth.SlopeNsPerService.Value, each.Labels))]);
        text.Gauge("plumbline_slope_low_ns_per_service", "Lower end of the slope's 95 % interval.",
            [.. Bounds(growth => growth.SlopeNsPerService.Interval?.Low)]);
        text.Gauge("plumbline_slope_high_ns_per_service", "Upper end of the slope's 95 % interval.",
            [.. Bounds(growth => growth.SlopeNsPerService.Interval?.High)]);
        text.Gauge("plumbline_cross_check_ratio", "Round-trip difference over one-way difference, median of the pairs of cells that differ enough; expected 1.",
            [.. from view in views where CrossCheck.Of(view).MedianRatio is not null select new PrometheusSample(CrossCheck.Of(view).MedianRatio!.Value, Node(view))]);
        text.Gauge("plumbline_cross_check_flagged_pairs", "Pairs of cells whose ratio is outside the bounds.",
            [.. from view in views where CrossCheck.Of(view).Pairs.Count > 0 select new PrometheusSample(CrossCheck.Of(view).FlaggedPairs, Node(view))]);

        IEnumerable<PrometheusSample> Bounds(Func<Growth, double?> bound) =>
            from each in growths
            let value = bound(each.Growth)
            where value is not null
            select new PrometheusSample(value.Value, each.Labels);
    }

    private static void WriteProgramming(PrometheusText text, IReadOnlyList<ExperimentResults> views) =>
        text.Gauge("plumbline_programming_seconds", NodeText.Programming(views[0]),
            [
                .. from view in views
                   from step in view.Steps
                   from each in step.DataPlanes
                   where each.DataPlane != DataPlane.NoRules
                   orderby each.DataPlane, each.Services
                   select new PrometheusSample(each.ProgrammingNs / 1e9, [("data_plane", each.DataPlane.WireName()), ("services", Number(each.Services)), .. Node(view)]),
            ]);

    private static (string, string)[] Node(ExperimentResults view) => view.Node is { } node ? [("node", node)] : [];

    private static (string, string)[] Labels(ComparisonCell cell) =>
    [
        ("data_plane", cell.DataPlane.WireName()), ("services", Number(cell.Services)), ("position", cell.Position.WireName()),
        ("stage", cell.Stage.WireName()),
    ];

    private static (string, string)[] Labels(Growth growth) =>
        [("data_plane", growth.Column.DataPlane.WireName()), ("position", growth.Column.Position.WireName()), ("stage", growth.Stage.WireName())];

    private static string Number(int services) => services.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
