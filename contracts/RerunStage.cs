using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>What of a step can be done again.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RerunStage>))]
public enum RerunStage
{
    /// <summary>Its rules are programmed again, and how long that takes is recorded.</summary>
    [JsonStringEnumMemberName("scale")]
    Scale,

    /// <summary>Its one-way trials are measured again.</summary>
    [JsonStringEnumMemberName("one-way")]
    OneWay,

    /// <summary>Its round-trip trials are measured again.</summary>
    [JsonStringEnumMemberName("rtt")]
    RoundTrip,

    /// <summary>Its gRPC trials are measured again.</summary>
    [JsonStringEnumMemberName("grpc")]
    Grpc,

    /// <summary>Its percentiles are computed again from the histograms in the database; nothing is measured.</summary>
    [JsonStringEnumMemberName("aggregate")]
    Aggregate,
}

public static class RerunStages
{
    /// <summary>The measure whose trials are measured again; null for a stage that measures none.</summary>
    public static Measure? Measure(this RerunStage stage) => stage switch
    {
        RerunStage.OneWay => Contracts.Measure.OneWay,
        RerunStage.RoundTrip => Contracts.Measure.RoundTrip,
        RerunStage.Grpc => Contracts.Measure.Grpc,
        _ => null,
    };
}
