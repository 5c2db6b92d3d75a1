using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Results.Storage;

/// <summary>Puts an attempt's rows together again.</summary>
internal static class AttemptReader
{
    public static AttemptResult AttemptOf(
        TrialRow row, IEnumerable<TrialLossRow> losses, IEnumerable<LatencyRow> latencies, IEnumerable<HistogramBucketRow> buckets,
        IEnumerable<ProgramRunRow> programs)
    {
        ILookup<bool, LatencyRow> byCall = latencies.ToLookup(latency => RuleChain.TryParse(latency.Stage, out _));
        ILookup<string, HistogramBucketRow> byStage = buckets.ToLookup(bucket => bucket.Stage);
        RecordedVerdict verdict = VerdictOf(row);
        return new AttemptResult
        {
            Trial = TrialOf(row),
            Conditions = ConditionsOf(row, [.. programs]),
            Counts = CountsOf(row, losses),
            Flags = verdict.Flags,
            Remarks = verdict.Remarks,
            Latencies = [.. byCall[false].Select(latency => LatencyOf(latency, byStage[latency.Stage])).OrderBy(latency => latency.Stage)],
            Functions = row.FunctionPackets is not { } packets ? null : new FunctionResult
            {
                Packets = packets,
                NotFirstPackets = row.FunctionNotFirstPackets!.Value,
                Unpaired = row.FunctionUnpaired!.Value,
                Lost = row.FunctionLost!.Value,
                Missed = row.FunctionMissed!.Value,
                Calls = [.. byCall[true].Select(latency => CallOf(latency, byStage[latency.Stage])).OrderBy(call => call.Of.ToString(), StringComparer.Ordinal)],
            },
        };
    }

    public static RecordedVerdict VerdictOf(TrialRow row) => new(
        [.. row.Flags.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(WireNames.Parse<TrialFlag>)],
        JsonSerializer.Deserialize<string[]>(row.RemarksJson)!);

    private static MeasureTrial TrialOf(TrialRow row) => new()
    {
        Key = new TrialKey
        {
            ExperimentId = Guid.Parse(row.ExperimentId),
            Step = (int)row.Step,
            Trial = (int)row.Trial,
            Attempt = (int)row.Attempt,
        },
        Probe = WireNames.Parse<Measure>(row.Measure),
        DataPlane = WireNames.Parse<DataPlane>(row.DataPlane),
        Services = (int)row.Services,
        Position = WireNames.Parse<Position>(row.Position),
        Repetition = (int)row.Repetition,
        Packets = (int)row.Packets,
        WarmupPackets = (int)row.WarmupPackets,
        RatePps = (int)row.RatePps,
        Generator = WireNames.Parse<GeneratorKind>(row.AskedGenerator),
        FirstFlow = row.FirstFlow,
        Flows = (int)row.Flows,
        Seed = row.Seed,
        KeepRaw = row.KeepRaw != 0,
        Timing = TimingNames.Parse(row.Timing),
        Place = row.Node is not { } node ? null : new MeasuredNode
        {
            Node = node,
            SourcePrefix = row.SourcePrefix!,
            EndpointIp = row.EndpointIp!,
            EndpointPort = (int)row.EndpointPort!.Value,
            ServiceNamespace = row.ServiceNamespace!,
        },
        RoundTrip = row.RttMode is not { } mode ? null : new RoundTripSettings
        {
            Mode = WireNames.Parse<RoundTripMode>(mode),
            Pacing = WireNames.Parse<Pacing>(row.RttPacing!),
            TimeoutMs = (int)row.TimeoutMs!.Value,
        },
        Grpc = row.GrpcConnection is not { } connection ? null : new GrpcSettings
        {
            Connection = WireNames.Parse<GrpcConnection>(connection),
            WorkUs = (int)row.GrpcWorkUs!.Value,
            TimeoutMs = (int)row.TimeoutMs!.Value,
        },
    };

    private static TrialConditions ConditionsOf(TrialRow row, IReadOnlyList<ProgramRunRow> programs) => new()
    {
        StartedAt = DateTimeOffset.FromUnixTimeMilliseconds(row.StartedUnixMs),
        DurationNs = row.DurationNs,
        Generator = row.Generator,
        GeneratorReason = row.GeneratorReason,
        Probe = row.Probe,
        AskedRatePps = row.AskedRatePps,
        AchievedRatePps = row.AchievedRatePps,
        LatenessP50Ns = TellsLateness(row) ? row.LatenessP50Ns : null,
        LatenessP99Ns = TellsLateness(row) ? row.LatenessP99Ns : null,
        LatenessMaxNs = TellsLateness(row) ? row.LatenessMaxNs : null,
        TargetIndex = (int?)row.TargetIndex,
        Target = row.Target,
        Rules = (int)row.Rules,
        ConntrackCountBefore = row.ConntrackCountBefore,
        ConntrackMax = row.ConntrackMax,
        Cpu = (int)row.Cpu,
        Kernel = row.Kernel,
        StealNs = row.StealNs,
        ProbeRunNs = row.ProbeRunNs,
        ProbeRunsPerPacket = row.ProbeRunsPerPacket,
        ProbeAddsNs = row.ProbeAddsNs,
        FunctionAttachment = row.FunctionAttachment is { } attachment ? WireNames.Parse<FunctionAttachment>(attachment) : null,
        FunctionAbsent = row.FunctionAbsent,
        FunctionAddsNs = row.FunctionAddsNs,
        ProgramCost = programs.Count == 0
            ? null
            : new ProgramCost(programs[0].Packets, [.. programs.Select(each => new ProgramRuns(each.Program, each.Runs, each.RunTimeNs))]),
    };

    private static bool TellsLateness(TrialRow row) => row.Generator != GeneratorKind.Pktgen.WireName();

    private static TrialCounts CountsOf(TrialRow row, IEnumerable<TrialLossRow> losses) => new()
    {
        Sent = row.Sent,
        SendErrors = row.SendErrors,
        Arrived = row.Arrived,
        Measured = row.Measured,
        FirstPackets = row.FirstPackets,
        NotFirstPackets = row.NotFirstPackets,
        Untracked = row.Untracked,
        Translated = row.Translated,
        LostByReason = losses.OrderBy(loss => loss.Reason, StringComparer.Ordinal).ToDictionary(loss => loss.Reason, loss => loss.Count),
        Unaccounted = row.Unaccounted,
        Answers = row.Answered is not { } answered ? null : new AnswerCounts
        {
            Answered = answered,
            Lost = row.Lost!.Value,
            Late = row.Late!.Value,
            Failed = row.Failed!.Value,
            Duplicates = row.Duplicates!.Value,
            Stray = row.Stray!.Value,
            Untimed = row.Untimed!.Value,
        },
    };

    private static StageLatency LatencyOf(LatencyRow row, IEnumerable<HistogramBucketRow> buckets) =>
        new(WireNames.Parse<Stage>(row.Stage), MeasuredOf(row, buckets));

    private static FunctionCallLatency CallOf(LatencyRow row, IEnumerable<HistogramBucketRow> buckets) =>
        new(RuleChain.TryParse(row.Stage, out RuleChain chain) ? chain : throw new FormatException(row.Stage), MeasuredOf(row, buckets));

    private static MeasuredLatency MeasuredOf(LatencyRow row, IEnumerable<HistogramBucketRow> buckets) => new()
    {
        LayoutVersion = (int)row.LayoutVersion,
        Count = row.Count,
        SumNs = row.SumNs,
        MeanNs = row.MeanNs,
        MinNs = row.MinNs,
        MaxNs = row.MaxNs,
        P50Ns = row.P50Ns,
        P90Ns = row.P90Ns,
        P95Ns = row.P95Ns,
        P99Ns = row.P99Ns,
        P999Ns = row.P999Ns,
        Overflow = row.Overflow,
        Buckets = [.. buckets.Select(each => new LatencyBucket((int)each.BucketIndex, each.LowerNs, each.UpperNs, each.Count))],
    };
}
