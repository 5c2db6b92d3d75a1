using Npgsql;
using Plumbline.Results;
using Plumbline.Results.Tests;

namespace Plumbline.Deploy.Tests;

/// <summary>A database with two experiments, for tests that only read.</summary>
public sealed class RecordedExperiments : IDisposable
{
    private readonly PostgresTestDatabase _database = PostgresServer.CreateDatabase();

    public RecordedExperiments()
    {
        using ResultsStore store = ResultsStore.OpenPostgres(_database.ConnectionString);
        Messages messages = new();
        ExperimentId = SampleExperiment.Record(store, messages).ExperimentId;
        SampleExperiment.RecordRerun(store, messages);
        SampleExperiment.Record(store, new Messages());
    }

    /// <summary>The first of the two.</summary>
    public Guid ExperimentId { get; }

    public NpgsqlConnection Connect() => _database.Connect();

    public void Dispose() => _database.Dispose();
}
