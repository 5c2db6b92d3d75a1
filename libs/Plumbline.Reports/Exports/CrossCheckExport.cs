using CsvHelper;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>All pairs of the cross-check, each of cells of one node, as comma-separated values (RFC 4180), those that are not judged too.</summary>
public static class CrossCheckExport
{
    private static readonly (string Name, Func<CrossCheckPair, object?> Value)[] s_columns =
    [
        ("from_data_plane", pair => pair.From.DataPlane.WireName()),
        ("from_services", pair => pair.From.Services),
        ("from_position", pair => pair.From.Position.WireName()),
        ("to_data_plane", pair => pair.To.DataPlane.WireName()),
        ("to_services", pair => pair.To.Services),
        ("to_position", pair => pair.To.Position.WireName()),
        ("one_way_delta_ns", pair => pair.OneWayDeltaNs),
        ("round_trip_delta_ns", pair => pair.RoundTripDeltaNs),
        ("ratio", pair => pair.Ratio),
        ("interval_low", pair => pair.Interval?.Low),
        ("interval_high", pair => pair.Interval?.High),
        ("interval_excludes_one", pair => pair.ExcludesOne ? 1 : 0),
        ("telling", pair => pair.Telling ? 1 : 0),
        ("flagged", pair => pair.Flagged ? 1 : 0),
    ];

    /// <summary>Writes a header and a row for each pair. What is not known is empty.</summary>
    public static void Write(ExperimentResults results, TextWriter writer)
    {
        using CsvWriter csv = CsvWriter.Create(writer, new CsvWriterOptions(), leaveOpen: true);
        csv.WriteHeader([.. s_columns.Select(column => column.Name), "node"]);
        foreach ((string? node, CrossCheckPair pair) in results.ByNode().SelectMany(view => CrossCheck.Of(view).Pairs.Select(pair => (view.Node, pair))))
        {
            foreach ((_, Func<CrossCheckPair, object?> value) in s_columns)
            {
                csv.WriteField(value(pair));
            }

            csv.WriteField(node);
            csv.EndRecord();
        }
    }
}
