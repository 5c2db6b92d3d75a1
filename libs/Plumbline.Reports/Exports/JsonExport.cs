using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Plumbline.Reports.Exports;

/// <summary>The whole experiment as JSON, for programs.</summary>
public static class JsonExport
{
    /// <summary>
    /// Changes whenever a field is renamed, removed or gets another meaning. 5: figures are over builds, and a
    /// machine's tools are an object.
    /// </summary>
    public const int SchemaVersion = 5;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters =
        {
            new JsonStringEnumConverter<Arm>(JsonNamingPolicy.KebabCaseLower),
            new JsonStringEnumConverter<GrowthVerdict>(JsonNamingPolicy.KebabCaseLower),
            new JsonStringEnumConverter<Statistic>(JsonNamingPolicy.KebabCaseLower),
        },
    };

    private static readonly JsonSerializerOptions s_indented = new(s_options) { WriteIndented = true, NewLine = "\n" };

    /// <summary>
    /// Writes one document about one machine. Names are in camelCase and end in the unit (<c>p50Ns</c>,
    /// <c>achievedRatePps</c>). <see cref="RawExport"/> writes kept latencies.
    /// </summary>
    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static void Write(ExperimentResults results, TextWriter writer) => writer.WriteLine(JsonSerializer.Serialize(
        new Document(
            SchemaVersion,
            results.Summary,
            results.Node,
            results.Machine,
            results.Steps,
            results.Reruns,
            results.Attempts,
            ComparisonTable.Of(results),
            CrossCheck.Of(results),
            ExperimentAnalysis.Of(results)),
        s_options));

    /// <summary>The JSON Schema (2020-12) of the document, as checked in at docs/results.schema.json.</summary>
    public static string Schema()
    {
        JsonObject schema = new()
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = $"Results of a Plumbline experiment, version {SchemaVersion}",
        };
        JsonSchemaExporterOptions options =
            new() { TreatNullObliviousAsNonNullable = true, TransformSchemaNode = Named };
        foreach ((string key, JsonNode? value) in s_options.GetJsonSchemaAsNode(typeof(Document), options).AsObject())
        {
            schema[key] = value?.DeepClone();
        }

        schema["properties"]!["schemaVersion"]!["const"] = SchemaVersion;
        return schema.ToJsonString(s_indented) + "\n";
    }

    /// <summary>Types with a converter of their own, which the exporter knows nothing about.</summary>
    private static JsonNode Named(JsonSchemaExporterContext context, JsonNode schema)
    {
        Type type = Nullable.GetUnderlyingType(context.TypeInfo.Type) ?? context.TypeInfo.Type;
        if (type == typeof(Cell))
        {
            return new JsonObject
            {
                ["type"] = "object",
                ["additionalProperties"] = new JsonObject { ["type"] = new JsonArray("string", "integer") },
            };
        }

        return type == typeof(DataPlane) || type == typeof(Stage) ? new JsonObject { ["type"] = "string" } : schema;
    }

    private sealed record Document(
        int SchemaVersion,
        ExperimentSummary Experiment,
        string? Node,
        MachineDescription? Machine,
        IReadOnlyList<ServicesScaled> Steps,
        IReadOnlyList<RerunResult> Reruns,
        IReadOnlyList<AttemptResult> Attempts,
        ComparisonTable Comparison,
        CrossCheck CrossCheck,
        ExperimentAnalysis Analysis);
}
