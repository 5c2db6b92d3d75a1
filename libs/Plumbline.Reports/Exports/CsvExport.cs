using CsvHelper;

namespace Plumbline.Reports.Exports;

/// <summary>
/// The experiment as comma-separated values (RFC 4180): one row for each attempt and stage or call, with flagged
/// attempts.
/// </summary>
public static class CsvExport
{
    /// <summary>Writes a header and the rows. A percentile that the sample is too small for is empty.</summary>
    public static void Write(ExperimentResults results, TextWriter writer)
    {
        // A name that a spreadsheet would take for a formula is kept from being one.
        CsvWriterOptions options = new() { Injection = CsvInjection.Escape };
        using CsvWriter csv = CsvWriter.Create(writer, options, leaveOpen: true);
        csv.WriteHeader(CsvColumns.All.Select(column => column.Name).ToArray());
        HashSet<TrialKey> counted = [.. results.AcceptedAttempts().Select(attempt => attempt.Trial.Key)];
        Dictionary<int, int?> builds = results.Summary.Steps.ToDictionary(step => step.Step, step => (int?)step.Build);
        foreach (AttemptResult attempt in results.Attempts)
        {
            int? build = builds.GetValueOrDefault(attempt.Trial.Key.Step);
            IEnumerable<MeasuredLatency> details = attempt.Probes.SelectMany(each => each.Details);
            foreach (MeasuredLatency latency in attempt.Latencies.Concat(details))
            {
                CsvRow row = new(results.Summary, attempt, latency, build, counted.Contains(attempt.Trial.Key));
                foreach ((_, Func<CsvRow, object?> value) in CsvColumns.All)
                {
                    csv.WriteField(value(row));
                }

                csv.EndRecord();
            }
        }
    }
}
