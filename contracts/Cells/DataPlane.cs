using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// Names who holds the Service rules in the kernel, as <c>nftables</c>. What a data plane does is in the library of data
/// planes; here it is a name, so that a new one needs no change of a message.
/// </summary>
[JsonConverter(typeof(NameConverter))]
public readonly record struct DataPlane : IComparable<DataPlane>
{
    private const string Baseline = "no-rules";

    /// <summary>The baseline: a node without the experiment's rules. Packets go straight to an endpoint.</summary>
    public static readonly DataPlane NoRules;

    private readonly string? _name;

    public DataPlane(string name) => _name = name == Baseline ? null : name;

    public string Name => _name ?? Baseline;

    public string WireName() => Name;

    public override string ToString() => Name;

    /// <summary>The baseline first, then by name.</summary>
    public int CompareTo(DataPlane other) => string.CompareOrdinal(_name, other._name);

    public static bool operator <(DataPlane left, DataPlane right) => left.CompareTo(right) < 0;

    public static bool operator <=(DataPlane left, DataPlane right) => left.CompareTo(right) <= 0;

    public static bool operator >(DataPlane left, DataPlane right) => left.CompareTo(right) > 0;

    public static bool operator >=(DataPlane left, DataPlane right) => left.CompareTo(right) >= 0;

    private sealed class NameConverter : JsonConverter<DataPlane>
    {
        public override DataPlane Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetString() ?? throw new JsonException("a data plane has a name"));

        public override void Write(Utf8JsonWriter writer, DataPlane value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);
    }
}
