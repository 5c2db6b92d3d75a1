using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The arms without rules: what the method itself costs, and how much the machine drifted.</summary>
internal static class BaselineSection
{
    public static ReportSection? Of(ExperimentResults results, ComparisonTable table, ExperimentAnalysis analysis)
    {
        if (table.Baselines.Count == 0)
        {
            return null;
        }

        return new ReportSection("Baseline and drift")
        {
            Paragraphs = [NodeText.Baseline(results), .. analysis.Drifts.Select(Words), .. ProbeCost(results), .. ProbeAdds(results)],
            Tables = [.. table.Baselines.Select(arm => arm.Cell.Measure).Distinct().Order().Select(probe => TableOf(table, probe, NodeText.Without(results)))],
        };
    }

    /// <summary>As <c>prerouting: the last arm's p50 differs from the first's by +1.3 % [+0.2, +2.4]: real</c>.</summary>
    public static string Words(Drift drift) =>
        $"{drift.Subject}: the last arm's p50 differs from the first's by {Figures.Change(drift.LastOverFirst)}{Judged(drift)}.";

    private static string Judged(Drift drift) => (drift.LastOverFirst.Interval, drift.IsReal) switch
    {
        (null, _) => ", from too few trials for an interval",
        (_, true) when drift.Stage.Measure() == Measure.Grpc => ": a runtime gets faster over its first seconds, so this is not the machine's alone",
        (_, true) => ": more than the trials' spread explains",
        _ => ": no more than the trials' spread explains",
    };

    private static ReportTable TableOf(ComparisonTable table, Measure probe, string without)
    {
        (string what, Statistic high) = probe switch
        {
            Measure.RoundTrip => ($"Round trips {without}", Statistic.P99),
            // A trial has too few requests for higher ones.
            Measure.Grpc => ($"Application level, {without}", Statistic.P90),
            _ => ($"W{without[1..]}", Statistic.P99),
        };
        string name = high.ToString().ToLowerInvariant();
        return new ReportTable(
            $"{what}, µs: median across trials, smallest–largest trial below",
            ["stage", "first arm p50", "last arm p50", "drift of p50", $"first arm {name}", $"last arm {name}", $"drift of {name}", "trials first / last"],
            [.. from around in table.Surrounded from stage in table.Stages(probe) select RowOf(table, stage, high, around)]);
    }

    private static ReportRow RowOf(ComparisonTable table, Stage stage, Statistic high, DataPlane? around)
    {
        (ComparisonCell? first, ComparisonCell? last) = (table.Baseline(Arm.First, stage, around), table.Baseline(Arm.Last, stage, around));
        return new ReportRow(
            BaselineArm.SubjectOf(stage.WireName(), around),
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

        TrialConditions[] known =
        [
            .. results.AcceptedAttempts().Select(attempt => attempt.Conditions)
                .Where(conditions => conditions is { ProbeRunNs: not null, ProbeRunsPerPacket: not null }),
        ];
        if (known.Length == 0)
        {
            return ["The probe's own cost was not measured."];
        }

        double run = known.Select(conditions => conditions.ProbeRunNs!.Value).Median();
        double runs = known.Select(conditions => conditions.ProbeRunsPerPacket!.Value).Median();
        return [$"The probe's programs took {Figures.Text(run)} ns a run by the kernel's accounting and ran {Figures.Text(runs)} times a packet (medians of {known.Length} trials): {Figures.Text(run * runs)} ns of each packet's total, at most. The accounting adds to that figure itself."];
    }

    private static IEnumerable<string> ProbeAdds(ExperimentResults results)
    {
        double[] known = [.. results.AcceptedAttempts().Select(attempt => attempt.Conditions.ProbeAddsNs).OfType<double>()];
        if (known.Length > 0)
        {
            yield return $"With the BPF programs attached that prove first packets, a round trip was {Figures.Text(known.Median())} ns longer than without them (median of {known.Length} baseline trials; below 0 the difference is less than the noise).";
        }
    }
}
