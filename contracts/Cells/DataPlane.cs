using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// The name of a data plane: who holds the Service rules in the kernel, as <c>nftables</c>. What a data plane does is
/// in the library of data planes, so a new one changes no message.
/// </summary>
[JsonConverter(typeof(NameConverter))]
public readonly record struct DataPlane : IComparable<DataPlane>
{
    private const string Baseline = "no-rules";

    /// <summary>The baseline: a node without the experiment's rules. Packets go straight to an endpoint.</summary>
    public static readonly DataPlane NoRules;

    /// <summary>Null for the baseline, so that it is the default value.</summary>
    private readonly string? _name;

    public DataPlane(string name) => _name = name == Baseline ? null : name;

    public string Name => _name ?? Baseline;

    public string WireName() => Name;

    public override string ToString() => Name;

    /// <summary>The baseline comes first, then the others by name.</summary>
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
