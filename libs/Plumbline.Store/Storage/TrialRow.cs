namespace Plumbline.Results.Storage;

/// <summary>One attempt at one trial.</summary>
internal sealed class TrialRow
{
    public required string ExperimentId { get; init; }

    public required long Step { get; init; }

    public required long Trial { get; init; }

    public required long Attempt { get; init; }

    public required string Measure { get; init; }

    public required string DataPlane { get; init; }

    public required long Services { get; init; }

    public required string Position { get; init; }

    public required long Repetition { get; init; }

    public required long Packets { get; init; }

    public required long WarmupPackets { get; init; }

    public required long RatePps { get; init; }

    public required long FirstFlow { get; init; }

    public required long Flows { get; init; }

    public required long Seed { get; init; }

    public required long KeepRaw { get; init; }

    public required string Timing { get; init; }

    /// <summary>Null in the lab; so are the four below.</summary>
    public string? Node { get; init; }

    public string? SourcePrefix { get; init; }

    public string? EndpointIp { get; init; }

    public long? EndpointPort { get; init; }

    public string? ServiceNamespace { get; init; }

    public string? RttMode { get; init; }

    public string? RttPacing { get; init; }

    public long? TimeoutMs { get; init; }

    public string? GrpcConnection { get; init; }

    public long? GrpcWorkUs { get; init; }

    public required long StartedUnixMs { get; init; }

    public required long DurationNs { get; init; }

    public required string AskedGenerator { get; init; }

    public required string Generator { get; init; }

    public string? GeneratorReason { get; init; }

    public required string Probe { get; init; }

    public required double AskedRatePps { get; init; }

    public required double AchievedRatePps { get; init; }

    public required long LatenessP50Ns { get; init; }

    public required long LatenessP99Ns { get; init; }

    public required long LatenessMaxNs { get; init; }

    public long? TargetIndex { get; init; }

    public required string Target { get; init; }

    public required long Rules { get; init; }

    public required long ConntrackCountBefore { get; init; }

    public required long ConntrackMax { get; init; }

    public required long Cpu { get; init; }

    public required string Kernel { get; init; }

    public required long StealNs { get; init; }

    public double? ProbeRunNs { get; init; }

    public double? ProbeRunsPerPacket { get; init; }

    public double? ProbeAddsNs { get; init; }

    public string? FunctionAttachment { get; init; }

    public string? FunctionAbsent { get; init; }

    public double? FunctionAddsNs { get; init; }

    public long? FunctionPackets { get; init; }

    public long? FunctionNotFirstPackets { get; init; }

    public long? FunctionUnpaired { get; init; }

    public long? FunctionLost { get; init; }

    public long? FunctionMissed { get; init; }

    public required long Sent { get; init; }

    public required long SendErrors { get; init; }

    public required long Arrived { get; init; }

    public required long Measured { get; init; }

    public required long FirstPackets { get; init; }

    public required long NotFirstPackets { get; init; }

    public required long Untracked { get; init; }

    public required long Translated { get; init; }

    public required long Unaccounted { get; init; }

    public long? Answered { get; init; }

    public long? Lost { get; init; }

    public long? Late { get; init; }

    public long? Failed { get; init; }

    public long? Duplicates { get; init; }

    public long? Stray { get; init; }

    public long? Untimed { get; init; }

    public required long Accepted { get; init; }

    /// <summary>Names of flags with commas between them.</summary>
    public required string Flags { get; init; }

    /// <summary>A JSON array of strings.</summary>
    public required string RemarksJson { get; init; }
}
