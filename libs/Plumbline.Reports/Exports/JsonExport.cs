using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>The whole experiment as JSON, for programs.</summary>
public static class JsonExport
{
    /// <summary>Changes whenever a field is renamed, removed or gets another meaning. 3: <c>arm</c> is a word.</summary>
    public const int SchemaVersion = 3;

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

    /// <summary>Writes one document, of one node where there are several. Names are in camelCase and end in the unit (<c>p50Ns</c>, <c>achievedRatePps</c>). Kept latencies are <see cref="RawExport"/>'s.</summary>
    public static void Write(ExperimentResults results, TextWriter writer) => writer.WriteLine(JsonSerializer.Serialize(
        new Document(
            SchemaVersion, results.Summary, results.Node, results.Machine, results.Steps, results.Reruns, results.Attempts, ComparisonTable.Of(results), CrossCheck.Of(results),
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
        JsonObject generated = s_options.GetJsonSchemaAsNode(typeof(Document), new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true }).AsObject();
        foreach ((string key, JsonNode? value) in generated)
        {
            schema[key] = value?.DeepClone();
        }

        schema["properties"]!["schemaVersion"]!["const"] = SchemaVersion;
        return schema.ToJsonString(s_indented) + "\n";
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
