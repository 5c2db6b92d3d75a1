using System.Data.Common;
using Dapper;
using Plumbline.Histograms;

namespace Plumbline.Results.Storage;

/// <summary>Computes what is stored of latencies again from the histograms beside it.</summary>
internal static class Recomputation
{
    private const string Update = """
        UPDATE latency
        SET mean_ns = @MeanNs, p50_ns = @P50Ns, p90_ns = @P90Ns, p95_ns = @P95Ns, p99_ns = @P99Ns, p999_ns = @P999Ns
        WHERE experiment_id = @ExperimentId AND step = @Step AND trial = @Trial AND attempt = @Attempt AND stage = @Stage
        """;

    /// <summary>Corrects the latencies of all attempts of a step.</summary>
    /// <exception cref="ResultsDamagedException">A histogram does not add up.</exception>
    public static RecomputedLatencies OfStep(DbTransaction transaction, Guid experimentId, int step)
    {
        const string ofStep = "WHERE experiment_id = @id AND step = @step ORDER BY trial, attempt, stage";
        var parameters = new { id = experimentId.ToString(), step };

        // The latencies first: an attempt that is stored meanwhile must not be seen without its buckets.
        IReadOnlyList<LatencyRow> latencies = Schema.Latency.Select(transaction.Connection!, ofStep, parameters);
        ILookup<(long, long, string), HistogramBucketRow> buckets = Schema.HistogramBucket.Select(transaction.Connection!, ofStep, parameters)
            .ToLookup(bucket => (bucket.Trial, bucket.Attempt, bucket.Stage));
        var changed =
            from latency in latencies
            let figures = Of(latency, buckets[(latency.Trial, latency.Attempt, latency.Stage)])
            where figures != LatencyFigures.Of(latency)
            select new
            {
                figures.MeanNs, figures.P50Ns, figures.P90Ns, figures.P95Ns, figures.P99Ns, figures.P999Ns,
                latency.ExperimentId, latency.Step, latency.Trial, latency.Attempt, latency.Stage,
            };
        return new RecomputedLatencies(latencies.Count, transaction.Connection!.Execute(Update, changed.ToArray(), transaction));
    }

    /// <summary>What the buckets give.</summary>
    /// <exception cref="ResultsDamagedException">They are of another layout, or do not add up to what was measured.</exception>
    private static LatencyFigures Of(LatencyRow latency, IEnumerable<HistogramBucketRow> buckets)
    {
        try
        {
            return LatencyFigures.Of(LatencyHistogram.FromBuckets(
                latency.LayoutVersion,
                buckets.Select(bucket => KeyValuePair.Create((int)Math.Clamp(bucket.BucketIndex, -1, BucketLayout.BucketCount), bucket.Count)),
                latency.Count, latency.SumNs, latency.MinNs ?? 0, latency.MaxNs ?? 0, latency.Overflow));
        }
        catch (ArgumentException exception)
        {
            throw new ResultsDamagedException(
                $"the {latency.Stage} histogram of trial {latency.Trial}, attempt {latency.Attempt}, does not add up in the database: {exception.Message}", exception);
        }
    }
}
