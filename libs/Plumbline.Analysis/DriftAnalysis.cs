using Plumbline.Analysis.Tables;

namespace Plumbline.Analysis;

/// <summary>
/// How much the machine changed between the two arms of each baseline. An arm has no rules and is built once, so its
/// trials take the place of builds.
/// </summary>
internal static class DriftAnalysis
{
    public static IEnumerable<Drift> Of(ExperimentResults results) =>
        from block in BaselineBlock.All(results, results.AcceptedAttempts())
        from stage in Headlines.MeasureStages
        let first = P50s(block.First, stage)
        let last = P50s(block.Last, stage)
        where first.Length > 0 && last.Length > 0
        let ratio = WelchRatio.Of(first, last).Ratio
        select new Drift(stage, ratio, ratio.Excludes(1), block.Around);

    private static double[] P50s(IEnumerable<AttemptResult> arm, Stage stage) =>
        [.. arm.Select(attempt => attempt.Latency(stage)?.P50Ns).OfType<double>().Where(ns => ns > 0)];
}
