using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Results.Storage;

/// <summary>The specification as kept in the database: JSON with the keys of YAML.</summary>
internal static class SpecJson
{
    public static string Write(ExperimentSpec spec) => JsonSerializer.Serialize(spec, JsonSerializerOptions.Web);

    /// <summary>
    /// What was written before there was a choice of probes measured one-way alone, and gave every Service a port of each
    /// protocol. Today's defaults are others.
    /// </summary>
    public static ExperimentSpec Read(string json)
    {
        ExperimentSpec spec = JsonSerializer.Deserialize<ExperimentSpec>(json, JsonSerializerOptions.Web)!;
        using JsonDocument document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("probes", out _)
            ? spec
            : spec with { Measure = [Measure.OneWay.WireName()], PortsPerService = spec.Protocols.Count };
    }
}
