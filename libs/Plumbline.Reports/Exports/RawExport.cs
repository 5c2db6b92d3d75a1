using System.Globalization;

namespace Plumbline.Reports.Exports;

/// <summary>Kept latencies as text that any tool reads: one a line, in nanoseconds, in the order of sending.</summary>
public static class RawExport
{
    /// <summary>
    /// Writes one file for each attempt and stage that kept them. Makes the folder when there is a file to write.
    /// </summary>
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

    /// <summary>
    /// As <c>step03-trial017-attempt1-nftables-last-10000-round-trip.txt</c>, so that files sort by the plan.
    /// Coordinates that are the default are left out.
    /// </summary>
    private static string FileName(MeasureTrial trial, Stage stage)
    {
        TrialKey key = trial.Key;
        string start = string.Create(
            CultureInfo.InvariantCulture, $"step{key.Step:D2}-trial{key.Trial:D3}-attempt{key.Attempt}");
        IEnumerable<string> coordinates =
            trial.Cell.Known.Where(axis => trial.Cell[axis] != axis.Default).Select(axis => trial.Cell[axis]!);
        return $"{string.Join('-', [start, .. coordinates, stage.Name])}.txt";
    }
}
