using Dapper;
using Npgsql;

// The name that the shared cases know, in their namespace.
namespace Plumbline.Store.Tests;

/// <summary>A database of the test's own on the server, with a view past the library into its tables.</summary>
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

    /// <summary>Makes the tables that the version before there were reruns had, and its journal.</summary>
    public void WriteSchemaBeforeReruns()
    {
        string[] scripts = ["001_schema.sql", "002_round_trip.sql", "003_views.postgres.sql", "004_many_rows.postgres.sql"];
        foreach (string script in scripts)
        {
            using StreamReader sql = new(typeof(ResultsStore).Assembly.GetManifestResourceStream(script)!);
            Execute(sql.ReadToEnd());
        }

        Execute("CREATE TABLE schemaversions (schemaversionsid SERIAL PRIMARY KEY, scriptname VARCHAR(255) NOT NULL, applied TIMESTAMP NOT NULL)");
        Execute($"INSERT INTO SchemaVersions (ScriptName, Applied) VALUES {string.Join(", ", scripts.Select(script => $"('{script}', '2026-01-01 00:00:00')"))}");
    }

    public IReadOnlyList<string> Columns(string table) =>
        Query<string>($"SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table}'");

    /// <summary>All rows of all tables, as text.</summary>
    public string Dump()
    {
        IEnumerable<string> tables = Query<string>("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename");
        return string.Join('\n', tables.SelectMany(table => Query<string>($"SELECT '{table} ' || each::text FROM {table} AS each ORDER BY each")));
    }

    public void Dispose() => _database.Dispose();
}
