namespace Plumbline.Reports.Exports;

/// <summary>
/// The experiment in Prometheus' text format (version 0.0.4), for a Pushgateway: gauges, in seconds where Prometheus
/// expects seconds. Unknown figures have no sample.
/// </summary>
public static class PrometheusExport
{
    /// <summary>Writes all nodes of a cluster together. Each sample has its node's label; a lab's have none.</summary>
    public static void Write(ExperimentResults results, TextWriter writer)
    {
        IReadOnlyList<ExperimentResults> nodes = results.ByNode();
        PrometheusText text = new(writer, ("experiment", results.Summary.ExperimentId.ToString("D")));
        WriteExperiment(text, results, nodes);
        WriteCells(text, nodes);
        WriteBaselines(text, nodes);
        WriteGrowths(text, nodes);
        WriteCrossChecks(text, nodes);
        WriteProgramming(text, nodes);
    }

    private static void WriteExperiment(
        PrometheusText text, ExperimentResults results, IReadOnlyList<ExperimentResults> nodes)
    {
        ExperimentSummary summary = results.Summary;
        text.Gauge(
            "plumbline_experiment_info",
            "The experiment and its machine; always 1.",
            [
                .. from node in nodes
                   select new PrometheusSample(
                       1,
                       [
                           ("name", summary.Name),
                           ("state", summary.State.WireName()),
                           ("kernel", node.Machine?.Kernel ?? ""),
                           ("cpu", node.Machine?.CpuModel ?? ""),
                           ("plumbline", node.Machine?.PlumblineVersion ?? ""),
                           .. Labels(Cell.Empty, node),
                       ]),
            ]);
        text.Gauge(
            "plumbline_experiment_start_time_seconds",
            "When the experiment started, in seconds since 1970.",
            new PrometheusSample(summary.StartedAt.ToUnixTimeMilliseconds() / 1e3));
    }

    private static void WriteCells(PrometheusText text, IReadOnlyList<ExperimentResults> nodes)
    {
        (ComparisonCell Cell, (string, string)[] Labels)[] cells =
        [
            .. from node in nodes
               from cell in ComparisonTable.Of(node).Cells
               select (cell, Labels(cell.Cell, node, cell.Stage)),
        ];
        text.Gauge(
            "plumbline_latency_seconds",
            "Percentile of a stage's latency, mean over builds of the median of accepted trials.",
            [.. from each in cells from sample in Percentiles(each.Cell, each.Labels) select sample]);
        text.Gauge(
            "plumbline_latency_mean_seconds",
            "Mean of a stage's latency, mean over builds of the median of accepted trials.",
            [
                .. from each in cells
                   let mean = each.Cell.Of(Statistic.Mean)
                   where mean is not null
                   select new PrometheusSample(mean.Ns / 1e9, each.Labels),
            ]);
        Count("plumbline_builds", "Builds behind a stage's figures.", cell => cell.Builds);
        Count("plumbline_trials", "Accepted trials behind a stage's figures.", cell => cell.Trials);
        Count(
            "plumbline_flagged_attempts",
            "Attempts that cannot be trusted; no figure contains them.",
            cell => cell.FlaggedAttempts);
        Count(
            "plumbline_given_up_trials",
            "Trials that were still flagged at their last attempt.",
            cell => cell.GivenUpTrials);

        void Count(string name, string help, Func<ComparisonCell, int> count) =>
            text.Gauge(name, help, [.. cells.Select(each => new PrometheusSample(count(each.Cell), each.Labels))]);
    }

    private static void WriteBaselines(PrometheusText text, IReadOnlyList<ExperimentResults> nodes) => text.Gauge(
        "plumbline_baseline_latency_seconds",
        $"Percentile of a stage's latency {NodeText.WithoutAny(nodes[0])}, before (first) and after (last) its block.",
        [
            .. from node in nodes
               from arm in ComparisonTable.Of(node).Baselines
               from sample in Percentiles(
                   arm.Cell,
                   [
                       ("arm", BaselineText.Name(arm.Arm)),
                       .. arm.Around is null ? [] : new[] { ("around", BaselineText.Values(arm.Around)) },
                       .. Labels(Cell.Empty, node, arm.Cell.Stage),
                   ])
               select sample,
        ]);

    private static void WriteGrowths(PrometheusText text, IReadOnlyList<ExperimentResults> nodes)
    {
        (Growth Growth, (string, string)[] Labels)[] growths =
        [
            .. from node in nodes
               from growth in ExperimentAnalysis.Of(node).Growths
               select (growth, Labels(growth.Cell, node, growth.Stage)),
        ];
        Slopes(
            "plumbline_slope_ns_per_service",
            "Growth of a stage's p50 with each Service: the slope of the straight line, mean over builds.",
            growth => growth.SlopeNsPerService.Value);
        Slopes(
            "plumbline_slope_low_ns_per_service",
            "Lower end of the slope's 95 % interval.",
            growth => growth.SlopeNsPerService.Interval?.Low);
        Slopes(
            "plumbline_slope_high_ns_per_service",
            "Upper end of the slope's 95 % interval.",
            growth => growth.SlopeNsPerService.Interval?.High);

        void Slopes(string name, string help, Func<Growth, double?> of) => text.Gauge(
            name,
            help,
            [
                .. from each in growths
                   let value = of(each.Growth)
                   where value is not null
                   select new PrometheusSample(value.Value, each.Labels),
            ]);
    }

    private static void WriteCrossChecks(PrometheusText text, IReadOnlyList<ExperimentResults> nodes)
    {
        Checks(
            "plumbline_cross_check_ratio",
            "Round-trip difference over one-way difference, median of the judged pairs of cells; expected 1.",
            check => check.MedianRatio);
        Checks(
            "plumbline_cross_check_flagged_pairs",
            "Pairs of cells whose ratio is outside the bounds.",
            check => check.Pairs.Count > 0 ? check.FlaggedPairs : null);

        void Checks(string name, string help, Func<CrossCheck, double?> of) => text.Gauge(
            name,
            help,
            [
                .. from node in nodes
                   let value = of(CrossCheck.Of(node))
                   where value is not null
                   select new PrometheusSample(value.Value, Labels(Cell.Empty, node)),
            ]);
    }

    private static void WriteProgramming(PrometheusText text, IReadOnlyList<ExperimentResults> nodes) => text.Gauge(
        "plumbline_programming_seconds",
        NodeText.Programming(nodes[0]),
        [
            .. from node in nodes
               from each in ExperimentAnalysis.Of(node).Programming
               from time in each.Times
               let cell = each.Cell.With(time.Services)
               orderby cell
               select new PrometheusSample(time.Seconds.Value, Labels(cell, node)),
        ]);

    private static IEnumerable<PrometheusSample> Percentiles(ComparisonCell cell, (string, string)[] labels) =>
        from percentile in Headlines.Percentiles
        let across = cell.Of(percentile)
        where across is not null
        select new PrometheusSample(across.Ns / 1e9, [.. labels, ("quantile", percentile.Quantile())]);

    /// <summary>A label for each coordinate, the node's among them, and for the stage.</summary>
    private static (string, string)[] Labels(Cell cell, ExperimentResults of, Stage? stage = null)
    {
        Cell here = cell.With(Axes.Node, of.Node);
        return
        [
            .. here.Known.Select(axis => (axis.Column, here[axis]!)),
            .. stage is null ? [] : new[] { ("stage", stage.Name) },
        ];
    }
}
