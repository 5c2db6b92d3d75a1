using Plumbline.Contracts;
using Plumbline.Statistics;

namespace Plumbline.Results;

/// <summary>What the machine changed by between the arms without rules.</summary>
internal static class DriftAnalysis
{
    /// <summary>Each probe's headline.</summary>
    private static readonly Stage[] s_headlines = [Stage.Prerouting, Stage.RoundTrip, Stage.GrpcTotal];

    public static IEnumerable<Drift> Of(ExperimentResults results, int seed) =>
        from block in BaselineBlocks.Of(results, results.AcceptedAttempts())
        where block.Arms.Count > 1
        from stage in s_headlines
        let first = P50s(block.Arms[0], stage)
        let last = P50s(block.Arms[^1], stage)
        where first.Length > 0 && last.Length > 0 && first.All(ns => ns > 0)
        let ratio = Bootstrap.RatioOfMedians(last, first, seed)
        select new Drift(stage, ratio, ratio.Interval is { } interval && !interval.Contains(1), block.DataPlane);

    private static double[] P50s(IEnumerable<AttemptResult> arm, Stage stage) =>
        [.. arm.Select(attempt => attempt.Latency(stage)?.P50Ns).OfType<double>()];
}
