using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Where the measured Service stands among the Service rules that the kernel holds.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Position>))]
public enum Position
{
    /// <summary>No Service is addressed (the baseline arm).</summary>
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

    /// <summary>Every packet addresses a Service drawn uniformly at random: what real traffic meets.</summary>
    [JsonStringEnumMemberName("random")]
    Random,
}
