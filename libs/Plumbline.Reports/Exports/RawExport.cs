using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>The latencies that were kept, as text that any tool reads: one in nanoseconds a line, in the order of sending.</summary>
public static class RawExport
{
    /// <summary>Writes one file for each attempt and stage that kept them; makes the folder when there is one to write.</summary>
    /// <returns>The files' paths.</returns>
    public static IReadOnlyList<string> Write(ResultsStore store, ExperimentResults results, string folder)
    {
        List<string> paths = [];
        foreach (RawLatencies raw in store.LoadRaw(results))
        {
            Directory.CreateDirectory(folder);
            string path = Path.Combine(folder, FileName(raw.Trial, raw.Stage));
            File.WriteAllLines(path, raw.ValuesNs.Select(ns => ns.ToString(CultureInfo.InvariantCulture)));
            paths.Add(path);
        }

        return paths;
    }

    /// <summary>As <c>step03-trial017-attempt1-nftables-10000-last-round-trip.txt</c>, so that files sort by the plan; in a cluster with the node before the data plane.</summary>
    private static string FileName(MeasureTrial trial, Stage stage) => string.Create(
        CultureInfo.InvariantCulture,
        $"step{trial.Key.Step:D2}-trial{trial.Key.Trial:D3}-attempt{trial.Key.Attempt}-{(trial.Node is { } place ? $"{place.Node}-" : "")}{trial.Cell.DataPlane.WireName()}-{trial.Cell.Services}-{trial.Cell.Position.WireName()}-{stage.WireName()}.txt");
}
