using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Histograms;
using Spectre.Console;

namespace Plumbline.RttProbe.Commands;

/// <summary>Prints latencies in µs as a table.</summary>
internal static class LatencyTable
{
    private static readonly double[] s_percents = [50, 90, 99, 99.9];

    public static void Write(IEnumerable<(string Name, IReadOnlyList<long> ValuesNs)> rows)
    {
        Table table = new Table().Border(TableBorder.None).AddColumn("µs");
        IEnumerable<string> percentiles =
            s_percents.Select(percent => string.Create(CultureInfo.InvariantCulture, $"p{percent}"));
        foreach (string column in (string[])["min", .. percentiles, "max"])
        {
            table.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach ((string name, IReadOnlyList<long> valuesNs) in rows)
        {
            LatencyHistogram histogram = LatencyHistogram.FromValues(valuesNs);
            bool isEmpty = histogram.Count == 0;
            table.AddRow(
            [
                name,
                Microseconds(isEmpty ? null : histogram.MinNs),
                .. s_percents.Select(percent => Microseconds(isEmpty ? null : histogram.PercentileNs(percent))),
                Microseconds(isEmpty ? null : histogram.MaxNs),
            ]);
        }

        AnsiConsole.Write(table);
    }

    public static string Counts(long sent, AnswerCounts answers) => string.Create(
        CultureInfo.InvariantCulture,
        $"sent {sent:N0} = answered {answers.Answered:N0} + lost {answers.Lost:N0} "
        + $"+ late {answers.Late:N0} + failed {answers.Failed:N0}; "
        + $"duplicates {answers.Duplicates:N0}, stray {answers.Stray:N0}, untimed {answers.Untimed:N0}");

    /// <summary>A dash replaces a percentile that the sample is too small for.</summary>
    private static string Microseconds(double? ns) =>
        ns is { } known ? (known / 1_000).ToString("F2", CultureInfo.InvariantCulture) : "–";
}
