using System.Data;
using System.Text.Json;
using Dapper;

namespace Plumbline.Results.Storage;

/// <summary>The statements for a table, made from its row class so that no column can be forgotten in one of them.</summary>
internal sealed class Table<TRow>(string name)
    where TRow : class
{
    private static readonly (string Column, string Property)[] s_columns =
        [.. typeof(TRow).GetProperties().Select(each => (JsonNamingPolicy.SnakeCaseLower.ConvertName(each.Name), each.Name))];

    private readonly string _insert =
        $"INSERT INTO {name} ({string.Join(", ", s_columns.Select(each => each.Column))}) "
        + $"VALUES ({string.Join(", ", s_columns.Select(each => $"@{each.Property}"))}) ON CONFLICT DO NOTHING";

    private readonly string _select =
        $"SELECT {string.Join(", ", s_columns.Select(each => $"{each.Column} AS {each.Property}"))} FROM {name} ";

    /// <summary>Writes rows that are not there yet.</summary>
    /// <returns>How many were not.</returns>
    public int Insert(IDbTransaction transaction, params IEnumerable<TRow> rows) => transaction.Connection!.Execute(_insert, rows, transaction);

    /// <param name="clauses">What comes after the table's name.</param>
    public IReadOnlyList<TRow> Select(IDbConnection connection, string clauses, object? parameters = null) =>
        [.. connection.Query<TRow>(_select + clauses, parameters)];
}

/// <summary>The schema's tables and views that the program uses.</summary>
internal static class Schema
{
    public static readonly Table<ExperimentRow> Experiment = new("experiment");

    public static readonly Table<ExperimentEndRow> ExperimentEnd = new("experiment_end");

    public static readonly Table<ExperimentSummaryRow> ExperimentSummary = new("experiment_summary");

    public static readonly Table<MachineRow> Machine = new("machine");

    public static readonly Table<StepRow> Step = new("step");

    public static readonly Table<TrialRow> Trial = new("trial");

    public static readonly Table<TrialLossRow> TrialLoss = new("trial_loss");

    public static readonly Table<LatencyRow> Latency = new("latency");

    public static readonly Table<HistogramBucketRow> HistogramBucket = new("histogram_bucket");

    public static readonly Table<RawLatencyRow> RawLatency = new("raw_latency");
}
