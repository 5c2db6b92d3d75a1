using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The arms without rules: what the method itself costs, and how much the machine drifted.</summary>
internal static class BaselineSection
{
    public static ReportSection? Of(ExperimentResults results, ComparisonTable table)
    {
        if (table.Baselines.Count == 0)
        {
            return null;
        }

        Stage[] stages = [.. table.Baselines.Select(arm => arm.Cell.Stage).Distinct().Order()];
        return new ReportSection("Baseline and drift")
        {
            Paragraphs = ["The same packets on a node without any rule, before and after everything else; the difference is the machine's drift.", .. ProbeCost(results)],
            Tables =
            [
                new ReportTable(
                    "Without rules, µs: median across trials, smallest–largest trial below",
                    ["stage", "first arm p50", "last arm p50", "drift of p50", "first arm p99", "last arm p99", "drift of p99", "trials first / last"],
                    [.. stages.Select(stage => RowOf(table, stage))]),
            ],
        };
    }

    private static ReportRow RowOf(ComparisonTable table, Stage stage)
    {
        (ComparisonCell? first, ComparisonCell? last) = (table.Baseline(Arm.First, stage), table.Baseline(Arm.Last, stage));
        return new ReportRow(
            stage.WireName(),
            ComparisonSections.Cell(first?.P50),
            ComparisonSections.Cell(last?.P50),
            Figures.SignedPercent(table.BaselineDrift(stage)),
            ComparisonSections.Cell(first?.P99),
            ComparisonSections.Cell(last?.P99),
            Figures.SignedPercent(table.BaselineDrift(stage, Statistic.P99)),
            $"{Figures.Integer(first?.Trials ?? 0)} / {Figures.Integer(last?.Trials ?? 0)}");
    }

    private static IEnumerable<string> ProbeCost(ExperimentResults results)
    {
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
}
