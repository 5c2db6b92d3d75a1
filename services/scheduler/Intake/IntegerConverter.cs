using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Scheduler.Intake;

/// <summary>
/// Reads an integer by its value, as JSON Schema does (2020-12 Validation, 6.1.1: <c>1.0</c> is one), however it is written: languages
/// with one kind of number write <c>5.0</c> or <c>1e3</c>.
/// </summary>
internal sealed class IntegerConverter<T> : JsonConverter<T>
    where T : struct, INumber<T>, IMinMaxValue<T>
{
    /// <exception cref="JsonException">It is no number, has a fraction, or is too large for the type.</exception>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetDecimal(out decimal value) && decimal.IsInteger(value)
        && value >= decimal.CreateChecked(T.MinValue) && value <= decimal.CreateChecked(T.MaxValue)
            ? T.CreateChecked(value)
            : throw new JsonException();

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteNumberValue(decimal.CreateChecked(value));
}
