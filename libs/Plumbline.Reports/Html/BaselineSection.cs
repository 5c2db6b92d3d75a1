using MathNet.Numerics.Statistics;

namespace Plumbline.Reports.Html;

/// <summary>The baselines: what the method itself costs, and how much the machine drifted.</summary>
internal static class BaselineSection
{
    public static ReportSection? Of(ExperimentResults results, ComparisonTable table, ExperimentAnalysis analysis) =>
        table.Baselines.Count == 0 ? null : new ReportSection("Baseline and drift")
        {
            Paragraphs =
            [
                NodeText.Baseline(results),
                .. analysis.Drifts.Select(BaselineText.Of),
                .. ProbeCost(results),
                .. ProbeAdds(results),
            ],
            Tables =
            [
                .. from measure in table.Baselines.Select(arm => arm.Cell.Measure).Distinct().Order()
                   select TableOf(table, measure, NodeText.Without(results)),
            ],
        };

    private static ReportTable TableOf(ComparisonTable table, Measure measure, string without)
    {
        string what = measure switch
        {
            Measure.RoundTrip => $"Round trips {without}",
            Measure.Grpc => $"Application level, {without}",
            _ => $"W{without[1..]}",
        };
        Statistic high = Headlines.High(measure);
        string name = high.Name();
        return new ReportTable(
            $"{what}, µs: median of the trials, smallest–largest trial below",
            [
                "stage", "first arm p50", "last arm p50", "drift of p50", $"first arm {name}", $"last arm {name}",
                $"drift of {name}", "trials first / last",
            ],
            [
                .. from around in table.Surrounded
                   from stage in table.Stages(measure)
                   select RowOf(table, stage, high, around),
            ]);
    }

    private static ReportRow RowOf(ComparisonTable table, Stage stage, Statistic high, Cell? around)
    {
        ComparisonCell? first = table.Baseline(Arm.First, stage, around);
        ComparisonCell? last = table.Baseline(Arm.Last, stage, around);
        return new ReportRow(
            BaselineText.Subject(stage.Name, around),
            ComparisonSections.Cell(first?.P50),
            ComparisonSections.Cell(last?.P50),
            Figures.SignedPercent(table.BaselineDrift(stage, around: around)),
            ComparisonSections.Cell(first?.Of(high)),
            ComparisonSections.Cell(last?.Of(high)),
            Figures.SignedPercent(table.BaselineDrift(stage, high, around)),
            $"{Figures.Integer(first?.Trials ?? 0)} / {Figures.Integer(last?.Trials ?? 0)}");
    }

    private static IEnumerable<string> ProbeCost(ExperimentResults results)
    {
        if (!results.Attempts.Any(attempt => attempt.Trial.Measure == Measure.OneWay))
        {
            return [];
        }

        ProgramCost[] known =
        [
            .. from report in StageReports(results)
               where report.Cost is { RunNs: not null, RunsPerPacket: not null }
               select report.Cost,
        ];
        if (known.Length == 0)
        {
            return ["The stage probe's own cost was not measured."];
        }

        double run = known.Select(cost => cost.RunNs!.Value).Median();
        double runs = known.Select(cost => cost.RunsPerPacket!.Value).Median();
        return
        [
            $"The stage probe's programs took {Figures.Text(run)} ns a run by the kernel's accounting and ran "
                + $"{Figures.Text(runs)} times a packet, for its answer too (medians of {known.Length} trials): "
                + $"{Figures.Text(run * runs)} ns of each packet's total, at most. The accounting itself adds to that "
                + "figure.",
        ];
    }

    private static IEnumerable<string> ProbeAdds(ExperimentResults results)
    {
        double[] known = [.. StageReports(results).Select(report => report.AddsNs).OfType<double>()];
        return known.Length == 0
            ? []
            :
            [
                "With the BPF programs attached that prove first packets, a round trip was "
                    + $"{Figures.Text(known.Median())} ns longer than without them (median of {known.Length} baseline "
                    + "trials; below 0 the difference is less than the noise).",
            ];
    }

    private static IEnumerable<KernelProbeReport> StageReports(ExperimentResults results) =>
        results.AcceptedAttempts().Select(attempt => attempt.Probe(Timing.Stage)?.Report).OfType<KernelProbeReport>();
}
