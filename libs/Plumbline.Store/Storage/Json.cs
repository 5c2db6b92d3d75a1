using System.Data;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Plumbline.Store.Storage;

/// <summary>The value of a JSONB column.</summary>
internal readonly record struct Json(string Text)
{
    /// <summary>Readable also in SQLite, which keeps the text: no escapes that JSON does not need.</summary>
    private static readonly JsonSerializerOptions s_options =
        new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Json Of<T>(T value) => new(JsonSerializer.Serialize(value, s_options));

    /// <exception cref="ResultsDamagedException">It is not the JSON of such a value.</exception>
    public T Read<T>()
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Text, s_options)!;
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw new ResultsDamagedException(
                $"the database holds a {typeof(T).Name} that this program cannot read: {exception.Message}", exception);
        }
    }

    /// <summary>Makes it known to Dapper, before the first query.</summary>
    public static void Register() => SqlMapper.AddTypeHandler(new Column());

    private sealed class Column : SqlMapper.TypeHandler<Json>
    {
        public override Json Parse(object value) => new((string)value);

        public override void SetValue(IDbDataParameter parameter, Json value)
        {
            parameter.Value = value.Text;
            if (parameter is NpgsqlParameter ofPostgres)
            {
                ofPostgres.NpgsqlDbType = NpgsqlDbType.Jsonb;
            }
        }
    }
}
