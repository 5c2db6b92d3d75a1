using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>A cell as a JSON object: <c>{"dataPlane":"nftables","position":"last","services":1000}</c>.</summary>
public sealed class CellConverter : JsonConverter<Cell>
{
    /// <exception cref="JsonException">The value is not an object of texts and whole numbers.</exception>
    public override Cell Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        Cell cell = Cell.Empty;
        Demand(reader.TokenType == JsonTokenType.StartObject);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            Axis axis = Axes.Of(reader.GetString()!);
            reader.Read();
            cell = cell.With(axis, ReadValue(ref reader));
        }

        return cell;
    }

    public override void Write(Utf8JsonWriter writer, Cell value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (Axis axis in value.Known)
        {
            if (axis.Number(value[axis]!) is { } number)
            {
                writer.WriteNumber(axis.Name, number);
            }
            else
            {
                writer.WriteString(axis.Name, value[axis]);
            }
        }

        writer.WriteEndObject();
    }

    private static string? ReadValue(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number)
        {
            Demand(reader.TryGetInt64(out long number));
            return number.ToString(CultureInfo.InvariantCulture);
        }

        Demand(reader.TokenType is JsonTokenType.String or JsonTokenType.Null);
        return reader.GetString();
    }

    private static void Demand(bool holds)
    {
        if (!holds)
        {
            throw new JsonException("a cell is an object of texts and whole numbers");
        }
    }
}
