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

    public static void Write(ExperimentResults results, TextWriter writer)
    {
        ComparisonTable table = ComparisonTable.Of(results);
        ExperimentAnalysis analysis = ExperimentAnalysis.Of(results);
        PrometheusText text = new(writer, ("experiment", results.Summary.ExperimentId.ToString("D")));
        WriteExperiment(text, results);
        WriteCells(text, table);
        WriteBaselines(text, table);
        WriteAnalysis(text, analysis, CrossCheck.Of(results));
        WriteProgramming(text, results);
    }

    private static void WriteExperiment(PrometheusText text, ExperimentResults results)
    {
        ExperimentSummary summary = results.Summary;
        text.Gauge("plumbline_experiment_info", "The experiment and its machine; always 1.",
            (1, [
                ("name", summary.Name), ("state", summary.State.WireName()), ("kernel", results.Machine?.Kernel ?? ""),
                ("cpu", results.Machine?.CpuModel ?? ""), ("plumbline", results.Machine?.PlumblineVersion ?? ""),
            ]));
        text.Gauge("plumbline_experiment_start_time_seconds", "When the experiment started, in seconds since 1970.",
            (summary.StartedAt.ToUnixTimeMilliseconds() / 1e3, []));
    }

    private static void WriteCells(PrometheusText text, ComparisonTable table)
    {
        text.Gauge("plumbline_latency_seconds", "Percentile of a stage's latency, median across accepted trials.",
            [
                .. from cell in table.Cells
                   from quantile in s_quantiles
                   let across = cell.Of(quantile.Statistic)
                   where across is not null
                   select new PrometheusSample(across.MedianNs / 1e9, [.. Labels(cell), ("quantile", quantile.Quantile)]),
            ]);
        text.Gauge("plumbline_latency_mean_seconds", "Mean of a stage's latency, median across accepted trials.",
            [.. table.Cells.Where(cell => cell.Mean is not null).Select(cell => new PrometheusSample(cell.Mean!.MedianNs / 1e9, Labels(cell)))]);
        text.Gauge("plumbline_trials", "Accepted trials that the figures of a stage are of.",
            [.. table.Cells.Select(cell => new PrometheusSample(cell.Trials, Labels(cell)))]);
        text.Gauge("plumbline_flagged_attempts", "Attempts that could not be trusted; they are in no figure.",
            [.. table.Cells.Select(cell => new PrometheusSample(cell.FlaggedAttempts, Labels(cell)))]);
        text.Gauge("plumbline_given_up_trials", "Trials that were still flagged at their last attempt.",
            [.. table.Cells.Select(cell => new PrometheusSample(cell.GivenUpTrials, Labels(cell)))]);
    }

    private static void WriteBaselines(PrometheusText text, ComparisonTable table) =>
        text.Gauge("plumbline_baseline_latency_seconds", "Percentile of a stage's latency without any rule, before (first) and after (last) all others.",
            [
                .. from arm in table.Baselines
                   from quantile in s_quantiles
                   let across = arm.Cell.Of(quantile.Statistic)
                   where across is not null
                   select new PrometheusSample(
                       across.MedianNs / 1e9,
                       [("arm", arm.Arm.ToString().ToLowerInvariant()), ("stage", arm.Cell.Stage.WireName()), ("quantile", quantile.Quantile)]),
            ]);

    private static void WriteAnalysis(PrometheusText text, ExperimentAnalysis analysis, CrossCheck check)
    {
        text.Gauge("plumbline_slope_ns_per_service", "How much the p50 of a stage grows with each Service, of the straight line through all trials.",
            [.. analysis.Growths.Select(growth => new PrometheusSample(growth.SlopeNsPerService.Value, Labels(growth)))]);
        text.Gauge("plumbline_slope_low_ns_per_service", "Lower end of the slope's 95 % interval.",
            [.. Bounds(growth => growth.SlopeNsPerService.Interval?.Low)]);
        text.Gauge("plumbline_slope_high_ns_per_service", "Upper end of the slope's 95 % interval.",
            [.. Bounds(growth => growth.SlopeNsPerService.Interval?.High)]);
        text.Gauge("plumbline_cross_check_ratio", "Round-trip difference over one-way difference, median of the pairs of cells that differ enough; expected 1.",
            check.MedianRatio is { } ratio ? [new PrometheusSample(ratio, [])] : []);
        text.Gauge("plumbline_cross_check_flagged_pairs", "Pairs of cells whose ratio is outside the bounds.",
            check.Pairs.Count > 0 ? [new PrometheusSample(check.FlaggedPairs, [])] : []);

        IEnumerable<PrometheusSample> Bounds(Func<Growth, double?> bound) =>
            from growth in analysis.Growths
            let value = bound(growth)
            where value is not null
            select new PrometheusSample(value.Value, Labels(growth));
    }

    private static void WriteProgramming(PrometheusText text, ExperimentResults results) =>
        text.Gauge("plumbline_programming_seconds", "From handing the rules to the tool to their being in the kernel.",
            [
                .. from step in results.Steps
                   from each in step.DataPlanes
                   where each.DataPlane != DataPlane.NoRules
                   orderby each.DataPlane, each.Services
                   select new PrometheusSample(each.ProgrammingNs / 1e9, [("data_plane", each.DataPlane.WireName()), ("services", Number(each.Services))]),
            ]);

    private static (string, string)[] Labels(ComparisonCell cell) =>
    [
        ("data_plane", cell.DataPlane.WireName()), ("services", Number(cell.Services)), ("position", cell.Position.WireName()),
        ("stage", cell.Stage.WireName()),
    ];

    private static (string, string)[] Labels(Growth growth) =>
        [("data_plane", growth.Column.DataPlane.WireName()), ("position", growth.Column.Position.WireName()), ("stage", growth.Stage.WireName())];

    private static string Number(int services) => services.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
