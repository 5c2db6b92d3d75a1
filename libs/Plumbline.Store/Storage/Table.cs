using System.Data;
using System.Linq.Expressions;
using System.Reflection;
using System.Text.Json;
using Dapper;

namespace Plumbline.Results.Storage;

/// <summary>The statements for a table, made from its row class so that no column can be forgotten in one of them.</summary>
internal sealed class Table<TRow>(string name)
    where TRow : class
{
    private static readonly PropertyInfo[] s_properties = typeof(TRow).GetProperties();

    /// <summary>Compiled: an attempt has hundreds of rows, and reflection would take longer over them than the database.</summary>
    private static readonly Func<TRow, object?>[] s_getters = [.. s_properties.Select(Getter)];

    private static readonly string[] s_columns = [.. s_properties.Select(each => JsonNamingPolicy.SnakeCaseLower.ConvertName(each.Name))];

    private readonly string _insert =
        $"INSERT INTO {name} ({string.Join(", ", s_columns)}) "
        + $"VALUES ({string.Join(", ", s_properties.Select(each => $"@{each.Name}"))}) ON CONFLICT DO NOTHING";

    private readonly string _select =
        $"SELECT {string.Join(", ", s_columns.Zip(s_properties, (column, property) => $"{column} AS {property.Name}"))} FROM {name} ";

    /// <summary>The table with its columns, in the order of <see cref="Values"/>.</summary>
    public string NameAndColumns { get; } = $"{name} ({string.Join(", ", s_columns)})";

    /// <summary>A row's values: text, long, double or null.</summary>
    public static IEnumerable<object?> Values(TRow row) => s_getters.Select(get => get(row));

    /// <summary>Writes rows that are not there yet.</summary>
    /// <returns>How many were not.</returns>
    public int Insert(IDbTransaction transaction, params IEnumerable<TRow> rows) => transaction.Connection!.Execute(_insert, rows, transaction);

    /// <param name="clauses">What comes after the table's name.</param>
    public IReadOnlyList<TRow> Select(IDbConnection connection, string clauses, object? parameters = null) =>
        [.. connection.Query<TRow>(_select + clauses, parameters)];

    private static Func<TRow, object?> Getter(PropertyInfo property)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, object?>>(Expression.Convert(Expression.Property(row, property), typeof(object)), row).Compile();
    }
}

/// <summary>The schema's tables and views that the program uses.</summary>
internal static class Schema
{
    public static readonly Table<ExperimentRow> Experiment = new("experiment");

    public static readonly Table<ExperimentEndRow> ExperimentEnd = new("experiment_end");

    public static readonly Table<ExperimentSummaryRow> ExperimentSummary = new("experiment_summary");

    public static readonly Table<MachineRow> Machine = new("machine");

    public static readonly Table<NodeMachineRow> NodeMachine = new("node_machine");

    public static readonly Table<StepRow> Step = new("step");

    public static readonly Table<NodeStepRow> NodeStep = new("node_step");

    public static readonly Table<RerunRow> Rerun = new("rerun");

    public static readonly Table<RerunEndRow> RerunEnd = new("rerun_end");

    public static readonly Table<RerunSummaryRow> RerunSummary = new("rerun_summary");

    public static readonly Table<TrialRow> Trial = new("trial");

    public static readonly Table<TrialLossRow> TrialLoss = new("trial_loss");

    public static readonly Table<LatencyRow> Latency = new("latency");

    public static readonly Table<HistogramBucketRow> HistogramBucket = new("histogram_bucket");

    public static readonly Table<RawLatencyRow> RawLatency = new("raw_latency");

    public static readonly Table<ProgramRunRow> ProgramRun = new("program_run");
}
