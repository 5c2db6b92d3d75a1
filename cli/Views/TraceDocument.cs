using System.Text.Json;
using System.Text.Json.Serialization;
using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Probing.Tracing;
using Plumbline.Store.Storage;

namespace Plumbline.Cli.Views;

/// <summary>Traces as JSON, for programs. Names are in camelCase and end in the unit (<c>totalNs</c>).</summary>
/// <param name="SchemaVersion">Changes whenever a field is renamed, removed or gets another meaning.</param>
internal sealed record TraceDocument(
    int SchemaVersion,
    DateTimeOffset TracedAt,
    string Kernel,
    int Services,
    long Seed,
    IReadOnlyList<ServiceTrace> Traces)
{
    public const int Version = 1;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };

    public static void Write(TextWriter writer, ExperimentSpec spec, IReadOnlyList<ServiceTrace> traces) =>
        writer.WriteLine(JsonSerializer.Serialize(
            new TraceDocument(
                Version, DateTimeOffset.UtcNow, KernelRelease.Running, spec.Services[0], spec.Seed, traces),
            s_options));
}
