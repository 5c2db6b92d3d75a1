using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Results.Storage;

/// <summary>The rows of one measured trial. Percentiles are computed here, once, from the buckets.</summary>
internal sealed record TrialRows(
    TrialRow Trial, IReadOnlyList<TrialLossRow> Losses, IReadOnlyList<LatencyRow> Latencies,
    IReadOnlyList<HistogramBucketRow> Buckets, IReadOnlyList<RawLatencyRow> Raw, IReadOnlyList<ProgramRunRow> ProgramRuns)
{
    /// <exception cref="ArgumentException">A histogram is of another layout, appears twice, or does not add up.</exception>
    public static TrialRows Of(TrialMeasured measured)
    {
        TrialKey key = measured.Trial.Key;
        string experimentId = key.ExperimentId.ToString();
        List<LatencyRow> latencies = [];
        List<HistogramBucketRow> buckets = [];
        List<RawLatencyRow> raw = [];
        foreach ((string stageName, ILatencyCounts counts) in Named(measured))
        {
            LatencyHistogram histogram = Checked(key, stageName, counts);
            if (latencies.Exists(each => each.Stage == stageName))
            {
                throw Refused(key, stageName, "it appears twice");
            }

            bool empty = histogram.Count == 0;
            LatencyFigures figures = LatencyFigures.Of(histogram);
            latencies.Add(new LatencyRow
            {
                ExperimentId = experimentId,
                Step = key.Step,
                Trial = key.Trial,
                Attempt = key.Attempt,
                Stage = stageName,
                LayoutVersion = counts.LayoutVersion,
                Count = histogram.Count,
                SumNs = histogram.SumNs,
                MeanNs = figures.MeanNs,
                MinNs = empty ? null : histogram.MinNs,
                MaxNs = empty ? null : histogram.MaxNs,
                P50Ns = figures.P50Ns,
                P90Ns = figures.P90Ns,
                P95Ns = figures.P95Ns,
                P99Ns = figures.P99Ns,
                P999Ns = figures.P999Ns,
                Overflow = histogram.Overflow,
            });
            buckets.AddRange(histogram.Buckets.Select(bucket => new HistogramBucketRow
            {
                ExperimentId = experimentId,
                Step = key.Step,
                Trial = key.Trial,
                Attempt = key.Attempt,
                Stage = stageName,
                BucketIndex = bucket.Key,
                LowerNs = BucketLayout.LowerEdgeNs(bucket.Key),
                UpperNs = BucketLayout.UpperEdgeNs(bucket.Key),
                Count = bucket.Value,
            }));
            raw.AddRange((RawNs(counts) ?? []).Select((latencyNs, number) => new RawLatencyRow
            {
                ExperimentId = experimentId,
                Step = key.Step,
                Trial = key.Trial,
                Attempt = key.Attempt,
                Stage = stageName,
                Number = number,
                LatencyNs = latencyNs,
            }));
        }

        IEnumerable<TrialLossRow> losses = measured.Counts.LostByReason.Select(loss => new TrialLossRow
        {
            ExperimentId = experimentId,
            Step = key.Step,
            Trial = key.Trial,
            Attempt = key.Attempt,
            Reason = loss.Key,
            Count = loss.Value,
        });
        return new TrialRows(TrialRowOf(measured, experimentId), [.. losses], latencies, buckets, raw, [.. ProgramRunsOf(measured, experimentId)]);
    }

    /// <summary>All that was counted, by the names under which it is stored.</summary>
    private static IEnumerable<(string Name, ILatencyCounts Counts)> Named(TrialMeasured measured) =>
    [
        .. measured.Histograms.Select(each => (each.Stage.WireName(), (ILatencyCounts)each)),
        .. (measured.Functions?.Calls ?? []).Select(each => (each.Of.ToString(), (ILatencyCounts)each)),
    ];

    private static IReadOnlyList<long>? RawNs(ILatencyCounts counts) => (counts as NamedHistogram)?.RawNs;

    private static IEnumerable<ProgramRunRow> ProgramRunsOf(TrialMeasured measured, string experimentId) =>
        measured.Conditions.ProgramCost is not { } cost ? [] : cost.Programs.Select(program => new ProgramRunRow
        {
            ExperimentId = experimentId,
            Step = measured.Trial.Key.Step,
            Trial = measured.Trial.Key.Trial,
            Attempt = measured.Trial.Key.Attempt,
            Program = program.Program,
            Runs = program.Runs,
            RunTimeNs = program.RunTimeNs,
            Packets = cost.Packets,
        });

    private static LatencyHistogram Checked(TrialKey key, string name, ILatencyCounts counts)
    {
        if (RawNs(counts) is { } raw && raw.Count != counts.Count + counts.Overflow)
        {
            throw Refused(key, name, $"{raw.Count} latencies were kept, but {counts.Count + counts.Overflow} were counted");
        }

        try
        {
            return LatencyHistogram.FromBuckets(
                counts.LayoutVersion,
                counts.Buckets.Select(bucket => KeyValuePair.Create(bucket.Index, bucket.Count)),
                counts.Count, counts.SumNs, counts.MinNs, counts.MaxNs, counts.Overflow);
        }
        catch (ArgumentException exception)
        {
            throw Refused(key, name, exception.Message, exception);
        }
    }

    private static ArgumentException Refused(TrialKey key, string name, string why, Exception? inner = null) =>
        new($"the {name} histogram of trial {key.Trial}, attempt {key.Attempt}, is refused: {why}", inner);

    private static TrialRow TrialRowOf(TrialMeasured measured, string experimentId)
    {
        (MeasureTrial trial, TrialConditions conditions, TrialCounts counts) = (measured.Trial, measured.Conditions, measured.Counts);
        return new TrialRow
        {
            ExperimentId = experimentId,
            Step = trial.Key.Step,
            Trial = trial.Key.Trial,
            Attempt = trial.Key.Attempt,
            Measure = trial.Measure.WireName(),
            DataPlane = trial.Cell.DataPlane.WireName(),
            Services = trial.Cell.Services,
            Position = trial.Cell.Position.WireName(),
            Repetition = trial.Repetition,
            Packets = trial.Packets,
            WarmupPackets = trial.WarmupPackets,
            RatePps = trial.RatePps,
            FirstFlow = trial.FirstFlow,
            Flows = trial.Flows,
            Seed = trial.Seed,
            KeepRaw = trial.KeepRaw ? 1 : 0,
            Timing = trial.Timing.InOneWord(),
            Node = trial.Node?.Name,
            SourcePrefix = trial.Node?.SourcePrefix,
            EndpointIp = trial.Node?.EndpointIp,
            EndpointPort = trial.Node?.EndpointPort,
            ServiceNamespace = trial.Node?.ServiceNamespace,
            RttMode = trial.RoundTrip?.Mode.WireName(),
            RttPacing = trial.RoundTrip?.Pacing.WireName(),
            TimeoutMs = trial.RoundTrip?.TimeoutMs ?? trial.Grpc?.TimeoutMs,
            GrpcConnection = trial.Grpc?.Connection.WireName(),
            GrpcWorkUs = trial.Grpc?.WorkUs,
            StartedUnixMs = conditions.StartedAt.ToUnixTimeMilliseconds(),
            DurationNs = conditions.DurationNs,
            AskedGenerator = trial.Generator.WireName(),
            Generator = conditions.Generator,
            GeneratorReason = conditions.GeneratorReason,
            Probe = conditions.TimedBy,
            AskedRatePps = conditions.AskedRatePps,
            AchievedRatePps = conditions.AchievedRatePps,
            LatenessP50Ns = conditions.LatenessP50Ns ?? 0,
            LatenessP99Ns = conditions.LatenessP99Ns ?? 0,
            LatenessMaxNs = conditions.LatenessMaxNs ?? 0,
            TargetIndex = conditions.TargetIndex,
            Target = conditions.Target,
            Rules = conditions.Rules,
            ConntrackCountBefore = conditions.ConntrackCountBefore,
            ConntrackMax = conditions.ConntrackMax,
            Cpu = conditions.Cpu,
            Kernel = conditions.Kernel,
            StealNs = conditions.StealNs,
            ProbeRunNs = conditions.ProbeRunNs,
            ProbeRunsPerPacket = conditions.ProbeRunsPerPacket,
            ProbeAddsNs = conditions.ProbeAddsNs,
            FunctionAttachment = conditions.FunctionAttachment?.WireName(),
            FunctionAbsent = conditions.FunctionAbsent,
            FunctionAddsNs = conditions.FunctionAddsNs,
            FunctionPackets = measured.Functions?.Packets,
            FunctionNotFirstPackets = measured.Functions?.NotFirstPackets,
            FunctionUnpaired = measured.Functions?.Unpaired,
            FunctionLost = measured.Functions?.Lost,
            FunctionMissed = measured.Functions?.Missed,
            Sent = counts.Sent,
            SendErrors = counts.SendErrors,
            Arrived = counts.Arrived,
            Measured = counts.Measured,
            FirstPackets = counts.FirstPackets,
            NotFirstPackets = counts.NotFirstPackets,
            Untracked = counts.Untracked,
            Translated = counts.Translated,
            Unaccounted = counts.Unaccounted,
            Answered = counts.Answers?.Answered,
            Lost = counts.Answers?.Lost,
            Late = counts.Answers?.Late,
            Failed = counts.Answers?.Failed,
            Duplicates = counts.Answers?.Duplicates,
            Stray = counts.Answers?.Stray,
            Untimed = counts.Answers?.Untimed,
            Accepted = measured.Flags.Count == 0 ? 1 : 0,
            Flags = string.Join(',', measured.Flags.Select(flag => flag.WireName())),
            RemarksJson = JsonSerializer.Serialize(measured.Remarks),
        };
    }
}
