using CsvHelper;

namespace Plumbline.Reports.Exports;

/// <summary>
/// All pairs of the cross-check, judged or not, as comma-separated values (RFC 4180). Both cells of a pair are on the
/// same node.
/// </summary>
public static class CrossCheckExport
{
    private static readonly (string Name, Func<CrossCheckPair, object?> Value)[] s_columns =
    [
        .. Axes.All.Except([Axes.Node]).Select(axis => Column($"from_{axis.Column}", pair => pair.From[axis])),
        .. Axes.All.Except([Axes.Node]).Select(axis => Column($"to_{axis.Column}", pair => pair.To[axis])),
        ("one_way_delta_ns", pair => pair.OneWayDeltaNs),
        ("round_trip_delta_ns", pair => pair.RoundTripDeltaNs),
        ("ratio", pair => pair.Ratio),
        ("interval_low", pair => pair.Interval?.Low),
        ("interval_high", pair => pair.Interval?.High),
        ("interval_excludes_one", pair => pair.ExcludesOne ? 1 : 0),
        ("judged", pair => pair.Judged ? 1 : 0),
        ("flagged", pair => pair.Flagged ? 1 : 0),
    ];

    /// <summary>Writes a header and a row for each pair. Unknown figures are empty.</summary>
    public static void Write(ExperimentResults results, TextWriter writer)
    {
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions(), leaveOpen: true);
        csv.WriteHeader([Axes.Node.Column, .. s_columns.Select(column => column.Name)]);
        foreach (ExperimentResults node in results.ByNode())
        {
            foreach (CrossCheckPair pair in CrossCheck.Of(node).Pairs)
            {
                csv.WriteField(node.Node);
                foreach ((_, Func<CrossCheckPair, object?> value) in s_columns)
                {
                    csv.WriteField(value(pair));
                }

                csv.EndRecord();
            }
        }
    }

    private static (string Name, Func<CrossCheckPair, object?> Value) Column(
        string name, Func<CrossCheckPair, object?> value) => (name, value);
}
