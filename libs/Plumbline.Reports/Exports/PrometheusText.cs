using System.Globalization;

namespace Plumbline.Reports.Exports;

/// <summary>Writes metrics in Prometheus' text format.</summary>
/// <param name="common">A label of every sample.</param>
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
        string escaped = help
            .Replace("\\", @"\\", StringComparison.Ordinal)
            .Replace("\n", @"\n", StringComparison.Ordinal);
        writer.Write($"# HELP {name} {escaped}\n# TYPE {name} gauge\n");
        foreach (PrometheusSample sample in samples)
        {
            IEnumerable<string> labels =
                sample.Labels.Append(common).Select(label => $"{label.Name}=\"{Escaped(label.Value)}\"");
            string value = sample.Value.ToString("R", CultureInfo.InvariantCulture);
            writer.Write($"{name}{{{string.Join(',', labels)}}} {value}\n");
        }
    }

    private static string Escaped(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);
}

internal sealed record PrometheusSample(double Value, params IReadOnlyList<(string Name, string Value)> Labels);
