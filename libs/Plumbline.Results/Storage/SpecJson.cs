using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Results.Storage;

/// <summary>The specification as kept in the database: JSON with the keys of YAML.</summary>
internal static class SpecJson
{
    public static string Write(ExperimentSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    public static ExperimentSpec Read(string json) => JsonSerializer.Deserialize<ExperimentSpec>(json, JsonSerializerOptions.Web)!;
}
