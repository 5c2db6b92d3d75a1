using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// Writes <see cref="ExperimentSpec.Others"/> as fields of the specification. MassTransit's own converter for
/// dictionaries would write an object without a name there, and no receiver could read the message.
/// </summary>
internal sealed class OtherValuesConverter : JsonConverter<IDictionary<string, JsonElement>>
{
    public override IDictionary<string, JsonElement> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("the serializer adds unknown fields to the dictionary itself");

    public override void Write(
        Utf8JsonWriter writer, IDictionary<string, JsonElement> value, JsonSerializerOptions options)
    {
        foreach ((string key, JsonElement values) in value)
        {
            writer.WritePropertyName(key);
            values.WriteTo(writer);
        }
    }
}
