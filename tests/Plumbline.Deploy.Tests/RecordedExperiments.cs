using Npgsql;
using Plumbline.Store;

namespace Plumbline.Deploy.Tests;

/// <summary>A database with two lab experiments and one cluster experiment, for tests that only read.</summary>
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
        ClusterId = ClusterExperiment.Record(store, ClusterExperiment.MessagesOf("worker-1", "worker-2")).ExperimentId;
    }

    /// <summary>The lab's first experiment.</summary>
    public Guid ExperimentId { get; }

    public Guid ClusterId { get; }

    public NpgsqlConnection Connect() => _database.Connect();

    public void Dispose() => _database.Dispose();
}
