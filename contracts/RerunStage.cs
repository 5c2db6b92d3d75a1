using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>The part of a step that a rerun repeats.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RerunStage>))]
public enum RerunStage
{
    /// <summary>Program the step's rules again and record how long that takes.</summary>
    [JsonStringEnumMemberName("scale")]
    Scale,

    /// <summary>Measure the one-way trials again.</summary>
    [JsonStringEnumMemberName("one-way")]
    OneWay,

    /// <summary>Measure the round-trip trials again.</summary>
    [JsonStringEnumMemberName("rtt")]
    RoundTrip,

    /// <summary>Measure the gRPC trials again.</summary>
    [JsonStringEnumMemberName("grpc")]
    Grpc,

    /// <summary>Compute the percentiles again from the histograms in the database, without measuring.</summary>
    [JsonStringEnumMemberName("aggregate")]
    Aggregate,
}

public static class RerunStages
{
    /// <summary>The measure whose trials the rerun repeats. Null for a stage that measures nothing.</summary>
    public static Measure? Measure(this RerunStage stage) => stage switch
    {
        RerunStage.OneWay => Contracts.Measure.OneWay,
        RerunStage.RoundTrip => Contracts.Measure.RoundTrip,
        RerunStage.Grpc => Contracts.Measure.Grpc,
        _ => null,
    };
}
