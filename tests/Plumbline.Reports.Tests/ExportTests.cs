using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Reports.Exports;
using Plumbline.Store;

namespace Plumbline.Reports.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly ResultsFile _file = new();

    public void Dispose() => _file.Dispose();

    [Fact]
    public void The_csv_has_a_row_for_each_attempt_and_stage_with_the_databases_figures()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages, builds: 1);

        List<Dictionary<string, string>> rows = Csv(store.Load(messages.ExperimentId));

        Assert.Equal(_file.Scalar<long>("SELECT COUNT(*) FROM latency"), rows.Count);
        Assert.Equal(
            _file.Query<double>("SELECT p50_ns FROM latency ORDER BY step, trial, attempt, sum_ns"),
            rows.OrderBy(row => Number(row, "step")).ThenBy(
                row => Number(row, "trial")).ThenBy(row => Number(row, "attempt")).ThenBy(row => Number(row, "sum_ns"))
                .Select(row => Number(row, "p50_ns")));
        Dictionary<string, string> flagged = rows.First(row => row["accepted"] == "0");
        Assert.Equal("generator-behind rules-moved", flagged["flags"]);
        Assert.Contains("\"quoted\"", flagged["remarks"], StringComparison.Ordinal);
        Assert.Equal("19998.25", flagged["achieved_rate_pps"]);
    }

    [Fact]
    public void Percentiles_that_the_sample_is_too_small_for_are_empty_in_the_csv()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        store.RecordStarted(messages.Started());
        store.RecordTrial(messages.Trial(1, 0, Planes.Nftables, 100, Position.Last, Messages.Around(3_000, count: 15)));

        Assert.All(Csv(store.Load(messages.ExperimentId)), row =>
        {
            Assert.Equal(("", "", ""), (row["p50_ns"], row["p99_ns"], row["p999_ns"]));
            Assert.NotEqual("", row["mean_ns"]);
        });
    }

    [Fact]
    public void A_name_that_a_spreadsheet_would_run_is_kept_from_it_in_the_csv()
    {
        Messages messages = new() { Spec = new ExperimentSpec { Name = "=1+1" } };
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages, builds: 1);

        Assert.All(Csv(store.Load(messages.ExperimentId)), row => Assert.Equal("'=1+1", row["experiment_name"]));
    }

    [Fact]
    public void The_json_contains_the_whole_experiment_and_its_schema_version()
    {
        Messages messages = new();
        using ResultsStore store = _file.Open();
        SampleExperiment.Record(store, messages, builds: 1);
        using StringWriter writer = new();
        JsonExport.Write(store.Load(messages.ExperimentId), writer);

        using JsonDocument json = JsonDocument.Parse(writer.ToString());
        JsonElement root = json.RootElement;
        Assert.Equal(JsonExport.SchemaVersion, root.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(messages.ExperimentId, root.GetProperty("experiment").GetProperty("experimentId").GetGuid());
        Assert.Equal(_file.Scalar<long>("SELECT COUNT(*) FROM trial"), root.GetProperty("attempts").GetArrayLength());
        Assert.Equal(
            _file.Scalar<long>("SELECT SUM(count) FROM histogram_bucket"),
            root.GetProperty("attempts").EnumerateArray().SelectMany(
                attempt => attempt.GetProperty("latencies").EnumerateArray())
                .SelectMany(latency => latency.GetProperty("buckets").EnumerateArray()).Sum(
                    bucket => bucket.GetProperty("count").GetInt64()));
        Assert.Equal(27 * (3 + 2 + 4), root.GetProperty("comparison").GetProperty("cells").GetArrayLength());
    }

    private static double Number(Dictionary<string, string> row, string column) =>
        double.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture);

    private static List<Dictionary<string, string>> Csv(ExperimentResults results)
    {
        using StringWriter writer = new();
        CsvExport.Write(results, writer);
        string[][] records = [.. Records(writer.ToString())];
        return [.. records.Skip(1).Select(
            record => records[0].Zip(record).ToDictionary(each => each.First, each => each.Second))];
    }

    /// <summary>RFC 4180 read apart from the library that wrote it.</summary>
    private static IEnumerable<string[]> Records(string text)
    {
        List<string> record = [];
        System.Text.StringBuilder field = new();
        bool quoted = false;
        for (int index = 0; index < text.Length; index++)
        {
            char letter = text[index];
            if (quoted)
            {
                quoted = letter != '"' || (index + 1 < text.Length && text[index + 1] == '"');
                index += letter == '"' && quoted ? 1 : 0;
                field.Append(quoted ? letter.ToString() : "");
            }
            else if (letter == '"')
            {
                quoted = true;
            }
            else if (letter is ',' or '\n')
            {
                record.Add(field.ToString());
                field.Clear();
                if (letter == '\n')
                {
                    yield return [.. record];
                    record = [];
                }
            }
            else if (letter != '\r')
            {
                field.Append(letter);
            }
        }
    }
}
