using System.Globalization;

namespace Plumbline.Results;

/// <summary>Writes metrics in Prometheus' text format.</summary>
/// <param name="common">A label that every sample has.</param>
internal sealed class PrometheusText(TextWriter writer, (string Name, string Value) common)
{
    /// <summary>A gauge with its samples; nothing at all without samples.</summary>
    public void Gauge(string name, string help, params IReadOnlyList<PrometheusSample> samples)
    {
        if (samples.Count == 0)
        {
            return;
        }

        // Lines end in a line feed alone, whatever the platform's are.
        writer.Write($"# HELP {name} {help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal)}\n# TYPE {name} gauge\n");
        foreach (PrometheusSample sample in samples)
        {
            string labels = string.Join(',', sample.Labels.Append(common).Select(label => $"{label.Name}=\"{Escaped(label.Value)}\""));
            writer.Write($"{name}{{{labels}}} {sample.Value.ToString("R", CultureInfo.InvariantCulture)}\n");
        }
    }

    private static string Escaped(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);
}

internal sealed record PrometheusSample(double Value, IReadOnlyList<(string Name, string Value)> Labels)
{
    public static implicit operator PrometheusSample((double Value, (string, string)[] Labels) sample) => new(sample.Value, sample.Labels);
}
