using System.Text.RegularExpressions;
using Dapper;
using Npgsql;
using Plumbline.Contracts;
using Plumbline.Histograms;
using Plumbline.Store;

namespace Plumbline.Postgres.Tests;

/// <summary>
/// The queries of docs/queries.md, on an experiment with all measures, flagged attempts, losses and a rerun.
/// </summary>
public sealed partial class QueryTests(QueryTests.Experiment experiment) : IClassFixture<QueryTests.Experiment>
{
    private static readonly string s_document = File.ReadAllText(Repository.File("docs/queries.md"));

    private static readonly Dictionary<string, string> s_queries = Blocks().Matches(s_document)
        .ToDictionary(match => match.Groups["heading"].Value, match => match.Groups["sql"].Value);

    public static TheoryData<string> Headings => [.. s_queries.Keys];

    [Fact]
    public void The_document_has_queries_and_each_has_a_heading_of_its_own()
    {
        Assert.InRange(s_queries.Count, 8, 20);
        Assert.Equal(s_queries.Count, s_document.Split('\n').Count(line => line == "```sql"));
    }

    [Theory]
    [MemberData(nameof(Headings))]
    public void Every_query_of_the_document_finds_rows(string heading) => Assert.NotEmpty(experiment.Ask(heading));

    [Fact]
    public void Every_view_that_the_document_names_exists()
    {
        string[] named = [.. Views().Matches(s_document).Select(match => match.Groups[1].Value)];

        Assert.Equal(
            experiment.Query<string>("SELECT viewname::text FROM pg_views WHERE schemaname = 'public' ORDER BY 1"),
            named.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_percentile_computed_from_the_buckets_again_is_the_stored_one()
    {
        IReadOnlyList<IDictionary<string, object>> rows = experiment.Ask("A percentile again, from the stored buckets");

        Assert.Equal(
            experiment.Query<long>("SELECT COUNT(*) FROM latency WHERE p99_ns IS NOT NULL").Single(), rows.Count);
        Assert.All(rows, row => Assert.Equal(row["stored_ns"], row["recomputed_ns"]));
    }

    [Fact]
    public void A_percentile_of_a_cell_is_that_of_its_trials_histograms_merged()
    {
        IDictionary<string, object> row = Assert.Single(
            experiment.Ask("A percentile of all trials of a cell together"),
            cell => (cell["data_plane"], cell["stage"]) is ("no-rules", "prerouting"));

        LatencyHistogram merged = experiment.Load().AcceptedAttempts()
            .Where(attempt => attempt.Trial is { Cell.IsBaseline: true, Measure: Measure.OneWay })
            .Select(attempt => attempt.Latency(Stage.Prerouting)!)
            .Select(latency => LatencyHistogram.FromBuckets(
                latency.Buckets.Select(bucket => KeyValuePair.Create(bucket.Index, bucket.Count)),
                latency.Count, latency.SumNs, latency.MinNs!.Value, latency.MaxNs!.Value, latency.Overflow))
            .Aggregate(LatencyHistogram.Empty, (sum, each) => sum.Merge(each));
        Assert.Equal(12_000, merged.Count);
        Assert.Equal(merged.PercentileNs(99.9), row["p999_ns"]);
    }

    [Fact]
    public void Flagged_attempts_come_with_their_reasons()
    {
        IReadOnlyList<IDictionary<string, object>> rows = experiment.Ask("Flagged attempts, and why");

        // Three attempts of a trial that was given up, one that was repeated, one round trip that measured nothing,
        // and three of the rerun.
        Assert.Equal(5 + 3, rows.Count);
        Assert.Equal(3, rows.Count(row => row["flags"] is "packets-lost" && row["accepted_at_another"] is false));
        Assert.Contains(rows, row =>
            row["flags"] is "generator-behind,rules-moved"
            && row["accepted_at_another"] is true
            && row["remarks"] is "about generator-behind, \"quoted\"; about rules-moved, \"quoted\"");
    }

    [Fact]
    public void Accepted_trials_are_no_more_than_were_planned()
    {
        IDictionary<string, object> row = Assert.Single(experiment.Ask("The latest experiments"));

        Assert.Equal((261L, 260L, 8L), ((long)row["planned"], (long)row["accepted"], (long)row["flagged"]));
    }

    [Fact]
    public void Of_a_trial_that_was_repeated_all_attempts_are_listed_and_one_counts()
    {
        IReadOnlyList<IDictionary<string, object>> rows =
            experiment.Ask("All attempts at the trials that were repeated");

        // The one that was given up has none that counts.
        Assert.Equal((3 + 2 + 2 + 9 * 2, 1 + 1 + 9), (rows.Count, rows.Count(row => row["counts"] is 1L)));
        Assert.Equal(9, rows.Count(row => row["run"] is 1L));
        Assert.All(rows.Where(row => row["run"] is 1L), row => Assert.Equal(row["accepted"], row["counts"]));
    }

    [Fact]
    public void A_rerun_is_listed_with_its_end()
    {
        IDictionary<string, object> row = Assert.Single(experiment.Ask("Reruns"));

        Assert.Equal(
            (1L, 2L, "one-way", "completed", 60L),
            ((long)row["run"], (long)row["step"], (string)row["stage"], (string)row["state"], (long)row["seconds"]));
    }

    [Fact]
    public void What_a_rerun_has_changed_is_of_the_trials_that_were_accepted_again()
    {
        IReadOnlyList<IDictionary<string, object>> rows = experiment.Ask("What a rerun has changed");

        // Three data planes, two positions in the first build; the third position was flagged.
        Assert.Equal(6, rows.Count);
        Assert.All(rows, row => Assert.InRange((decimal)row["percent"], 400, 1_200));
        Assert.All(rows, row => Assert.NotEqual("first", row["position"]));
    }

    [Fact]
    public void Losses_are_added_up_by_reason() => Assert.Equal(
        [("NETFILTER_DROP", 3 * 17L), ("NO_SOCKET", 3 * 3L)],
        experiment.Ask("Losses by the kernel's reason").Select(
            row => ((string)row["reason"], (long)(decimal)row["packets"])));

    [Fact]
    public void Drift_is_the_last_baseline_against_the_first()
    {
        IDictionary<string, object> row = Assert.Single(experiment.Ask("Drift"), each => each["stage"] is "prerouting");

        // Planted: 400 ns at the beginning, 412 ns at the end.
        Assert.InRange((decimal)row["percent"], 2.5m, 3.5m);
    }

    [GeneratedRegex(
        @"^## (?<heading>.+?)\n[^#]*?```sql\n(?<sql>.+?)```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();

    [GeneratedRegex(@"^\| `(\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Views();

    /// <summary>Recorded once for all queries.</summary>
    public sealed class Experiment : IDisposable
    {
        private readonly Messages _messages = new();

        private PostgresTestDatabase? _database;

        public IReadOnlyList<IDictionary<string, object>> Ask(string heading) =>
            [.. Query<dynamic>(s_queries[heading]).Select(row => (IDictionary<string, object>)row)];

        public IReadOnlyList<T> Query<T>(string sql)
        {
            using NpgsqlConnection connection = Database().Connect();
            return [.. connection.Query<T>(sql)];
        }

        public ExperimentResults Load()
        {
            using ResultsStore store = ResultsStore.OpenPostgresToRead(Database().ConnectionString);
            return store.Load(_messages.ExperimentId);
        }

        public void Dispose() => _database?.Dispose();

        // Not in the constructor: where there is no server, tests are skipped, a fixture would fail.
        private PostgresTestDatabase Database()
        {
            if (_database is null)
            {
                _database = PostgresServer.CreateDatabase();
                using ResultsStore store = ResultsStore.OpenPostgres(_database.ConnectionString);
                SampleExperiment.Record(store, _messages, builds: 3);
                SampleExperiment.RecordRerun(store, _messages);
            }

            return _database;
        }
    }
}
