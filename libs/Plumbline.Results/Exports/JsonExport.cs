using System.Text.Json;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>The whole experiment as JSON, for programs.</summary>
public static class JsonExport
{
    /// <summary>Changes whenever a field is renamed, removed or gets another meaning.</summary>
    public const int SchemaVersion = 2;

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web);

    /// <summary>Writes one document. Names are in camelCase and end in the unit (<c>p50Ns</c>, <c>achievedRatePps</c>). Kept latencies are <see cref="RawExport"/>'s.</summary>
    public static void Write(ExperimentResults results, TextWriter writer) => writer.WriteLine(JsonSerializer.Serialize(
        new Document(
            SchemaVersion, results.Summary, results.Machine, results.Steps, results.Attempts, ComparisonTable.Of(results), CrossCheck.Of(results)),
        s_options));

    private sealed record Document(
        int SchemaVersion,
        ExperimentSummary Experiment,
        MachineDescription? Machine,
        IReadOnlyList<ServicesScaled> Steps,
        IReadOnlyList<AttemptResult> Attempts,
        ComparisonTable Comparison,
        CrossCheck CrossCheck);
}
