using Dapper;
using Npgsql;
using Plumbline.Store;

// The name that the shared cases use, in their namespace.
namespace Plumbline.Tests;

/// <summary>A database of the test's own on the server, whose tables it can also query without the library.</summary>
internal sealed class ResultsFile : IDisposable
{
    private readonly PostgresTestDatabase _database = PostgresServer.CreateDatabase();

    public string ConnectionString => _database.ConnectionString;

    public ResultsStore Open() => ResultsStore.OpenPostgres(ConnectionString);

    public T Scalar<T>(string sql)
    {
        using NpgsqlConnection connection = _database.Connect();
        return connection.ExecuteScalar<T>(sql)!;
    }

    public IReadOnlyList<T> Query<T>(string sql)
    {
        using NpgsqlConnection connection = _database.Connect();
        return [.. connection.Query<T>(sql)];
    }

    public void Execute(string sql)
    {
        using NpgsqlConnection connection = _database.Connect();
        connection.Execute(sql);
    }

    /// <summary>Ends all other connections to the database, as a restart of the server does.</summary>
    public void BreakConnections() => Execute(
        """
        SELECT pg_terminate_backend(pid)
        FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        """);

    /// <summary>All rows of all tables, as text.</summary>
    public string Dump()
    {
        IEnumerable<string> tables =
            Query<string>("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename");
        return string.Join('\n', tables.SelectMany(table =>
            Query<string>($"SELECT '{table} ' || each::text FROM {table} AS each ORDER BY 1")));
    }

    public void Dispose() => _database.Dispose();
}
