using System.Data.Common;
using Dapper;
using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Store.Storage;

/// <summary>The table latency: one row for each histogram of an attempt.</summary>
internal static class Latencies
{
    private const string Insert = """
        INSERT INTO latency (
          experiment_id, step, trial, attempt, stage, probe, layout_version, count, sum_ns, mean_ns, min_ns, max_ns,
          p50_ns, p90_ns, p95_ns, p99_ns, p999_ns, overflow, buckets, raw_ns)
        VALUES (
          @ExperimentId, @Step, @Trial, @Attempt, @Name, @Probe, @LayoutVersion, @Count, @SumNs, @MeanNs, @MinNs,
          @MaxNs, @P50Ns, @P90Ns, @P95Ns, @P99Ns, @P999Ns, @Overflow, @BucketsJson, @RawJson)
        """;

    private const string Select = """
        SELECT
          step, trial, attempt, probe, buckets AS BucketsJson,
          stage AS Name, layout_version AS LayoutVersion, count AS Count, sum_ns AS SumNs, mean_ns AS MeanNs,
          min_ns AS MinNs, max_ns AS MaxNs, p50_ns AS P50Ns, p90_ns AS P90Ns, p95_ns AS P95Ns, p99_ns AS P99Ns,
          p999_ns AS P999Ns, overflow AS Overflow
        FROM latency
        WHERE experiment_id = @Id AND (@Step IS NULL OR step = @Step)
        ORDER BY step, trial, attempt, stage
        """;

    private const string SelectRaw = """
        SELECT raw_ns
        FROM latency
        WHERE experiment_id = @Id AND step = @Step AND trial = @Trial AND attempt = @Attempt AND stage = @Stage
          AND raw_ns IS NOT NULL
        """;

    private const string Update = """
        UPDATE latency
        SET mean_ns = @MeanNs, p50_ns = @P50Ns, p90_ns = @P90Ns, p95_ns = @P95Ns, p99_ns = @P99Ns, p999_ns = @P999Ns
        WHERE experiment_id = @Id AND step = @Step AND trial = @Trial AND attempt = @Attempt AND stage = @Stage
        """;

    /// <summary>The rows of an attempt: parameters of <see cref="Write"/>.</summary>
    /// <exception cref="ArgumentException">
    /// A histogram has another layout, appears twice, or does not add up.
    /// </exception>
    public static IReadOnlyList<object> RowsOf(TrialMeasured measured)
    {
        TrialKey key = measured.Trial.Key;
        HashSet<string> names = [];
        return
        [
            .. measured.Histograms.Select(each => Row(null, each)),
            .. measured.Probes.SelectMany(probe => probe.Details.Select(each => Row(probe.Probe, each))),
        ];

        DynamicParameters Row(string? probe, NamedHistogram counts)
        {
            MeasuredLatency latency = Checked(key, counts);
            if (!names.Add(counts.Name))
            {
                throw Refused(key, counts.Name, "it appears twice");
            }

            DynamicParameters row = new(latency);
            row.AddDynamicParams(new
            {
                ExperimentId = key.ExperimentId.ToString(),
                key.Step,
                key.Trial,
                key.Attempt,
                Probe = probe,
                BucketsJson = JsonOf(latency.Buckets),
                RawJson = counts.RawNs is null ? (Json?)null : Json.Of(counts.RawNs),
            });
            return row;
        }
    }

    public static void Write(DbTransaction transaction, IReadOnlyList<object> rows) =>
        transaction.Connection!.Execute(Insert, rows, transaction);

    /// <summary>The experiment's histograms, or those of one step.</summary>
    public static IReadOnlyList<StoredLatency> Read(DbConnection connection, Guid experimentId, int? step = null) =>
    [
        .. connection.Query<StoredLatency, MeasuredLatency, StoredLatency>(
            Select,
            (row, latency) => row with { Latency = latency with { Buckets = BucketsOf(row.BucketsJson) } },
            new { Id = experimentId.ToString(), Step = step },
            splitOn: "Name"),
    ];

    /// <summary>The single latencies of a stage in one attempt; null where the trial did not keep them.</summary>
    public static long[]? ReadRaw(DbConnection connection, TrialKey key, Stage stage) => connection.Query<Json>(
        SelectRaw, new { Id = key.ExperimentId.ToString(), key.Step, key.Trial, key.Attempt, Stage = stage.Name })
        .Select(json => json.Read<long[]>()).SingleOrDefault();

    /// <summary>
    /// Computes mean and percentiles of a step's attempts again from the stored buckets. Corrects those that differ.
    /// </summary>
    /// <exception cref="ResultsDamagedException">A histogram does not add up.</exception>
    public static RecomputedLatencies Recompute(DbTransaction transaction, Guid experimentId, int step)
    {
        IReadOnlyList<StoredLatency> stored = Read(transaction.Connection!, experimentId, step);
        var changed =
            from row in stored
            let latency = Recomputed(row)
            where latency != row.Latency
            select new
            {
                Id = experimentId.ToString(), row.Step, row.Trial, row.Attempt, Stage = latency.Name,
                latency.MeanNs, latency.P50Ns, latency.P90Ns, latency.P95Ns, latency.P99Ns, latency.P999Ns,
            };
        return new RecomputedLatencies(
            stored.Count, transaction.Connection!.Execute(Update, changed.ToArray(), transaction));
    }

    private static MeasuredLatency Recomputed(StoredLatency row)
    {
        MeasuredLatency latency = row.Latency;
        try
        {
            return WithFigures(latency, LatencyHistogram.FromBuckets(
                latency.LayoutVersion, latency.Buckets.Select(each => KeyValuePair.Create(each.Index, each.Count)),
                latency.Count, latency.SumNs, latency.MinNs ?? 0, latency.MaxNs ?? 0, latency.Overflow));
        }
        catch (ArgumentException exception)
        {
            throw new ResultsDamagedException(
                $"the {latency.Name} histogram of trial {row.Trial}, attempt {row.Attempt}, "
                + $"does not add up in the database: {exception.Message}",
                exception);
        }
    }

    private static MeasuredLatency Checked(TrialKey key, NamedHistogram counts)
    {
        if (counts.RawNs is { } raw && raw.Count != counts.Count + counts.Overflow)
        {
            long counted = counts.Count + counts.Overflow;
            throw Refused(key, counts.Name, $"{raw.Count} latencies were kept, but {counted} were counted");
        }

        try
        {
            LatencyHistogram histogram = LatencyHistogram.FromBuckets(
                counts.LayoutVersion, counts.Buckets.Select(each => KeyValuePair.Create(each.Index, each.Count)),
                counts.Count, counts.SumNs, counts.MinNs, counts.MaxNs, counts.Overflow);
            MeasuredLatency latency = new()
            {
                Name = counts.Name,
                LayoutVersion = counts.LayoutVersion,
                Count = counts.Count,
                SumNs = counts.SumNs,
                MinNs = counts.Count == 0 ? null : counts.MinNs,
                MaxNs = counts.Count == 0 ? null : counts.MaxNs,
                Overflow = counts.Overflow,
                Buckets = [.. histogram.Buckets.Select(each => BucketOf(each.Key, each.Value))],
            };
            return WithFigures(latency, histogram);
        }
        catch (ArgumentException exception)
        {
            throw Refused(key, counts.Name, exception.Message, exception);
        }
    }

    private static ArgumentException Refused(TrialKey key, string name, string why, Exception? inner = null) =>
        new($"the {name} histogram of trial {key.Trial}, attempt {key.Attempt}, is refused: {why}", inner);

    private static MeasuredLatency WithFigures(MeasuredLatency latency, LatencyHistogram histogram) => latency with
    {
        MeanNs = histogram.Count == 0 ? null : histogram.MeanNs,
        P50Ns = histogram.PercentileNs(50),
        P90Ns = histogram.PercentileNs(90),
        P95Ns = histogram.PercentileNs(95),
        P99Ns = histogram.PercentileNs(99),
        P999Ns = histogram.PercentileNs(99.9),
    };

    private static LatencyBucket BucketOf(int index, long count) =>
        new(index, BucketLayout.LowerEdgeNs(index), BucketLayout.UpperEdgeNs(index), count);

    private static Json JsonOf(IReadOnlyList<LatencyBucket> buckets) =>
        Json.Of(buckets.Select(each => (long[])[each.Index, each.LowerNs, each.UpperNs, each.Count]));

    /// <summary>An index out of the layout's range stays out of it, so that the check finds it.</summary>
    private static IReadOnlyList<LatencyBucket> BucketsOf(Json json) =>
    [
        .. json.Read<long[][]>().Select(each => new LatencyBucket(
            (int)Math.Clamp(each[0], -1, BucketLayout.BucketCount), each[1], each[2], each[3])),
    ];
}

/// <summary>A row of latency, with the attempt that it belongs to.</summary>
internal sealed record StoredLatency
{
    public required int Step { get; init; }

    public required int Trial { get; init; }

    public required int Attempt { get; init; }

    /// <summary>The kernel probe whose detail it is; null for a stage.</summary>
    public required string? Probe { get; init; }

    public required Json BucketsJson { get; init; }

    /// <summary>Null only while the row is read.</summary>
    public MeasuredLatency Latency { get; init; } = null!;
}
