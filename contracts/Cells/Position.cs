using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Where the measured Service is among the Service rules in the kernel.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Position>))]
public enum Position
{
    /// <summary>No Service is addressed: the baseline.</summary>
    [JsonStringEnumMemberName("none")]
    None,

    [JsonStringEnumMemberName("first")]
    First,

    [JsonStringEnumMemberName("p25")]
    P25,

    [JsonStringEnumMemberName("median")]
    Median,

    [JsonStringEnumMemberName("p75")]
    P75,

    [JsonStringEnumMemberName("last")]
    Last,

    /// <summary>Every packet addresses a Service that is drawn uniformly at random, as real traffic does.</summary>
    [JsonStringEnumMemberName("random")]
    Random,
}
