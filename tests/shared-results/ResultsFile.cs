using Dapper;
using Microsoft.Data.Sqlite;

namespace Plumbline.Results.Tests;

/// <summary>A database file of the test's own, with a view past the library into its tables.</summary>
internal sealed class ResultsFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("plumbline-results-tests-");

    public string Path => System.IO.Path.Combine(_folder.FullName, "plumbline.db");

    public ResultsStore Open() => ResultsStore.Open(Path);

    public T Scalar<T>(string sql)
    {
        using SqliteConnection connection = Connect();
        return connection.ExecuteScalar<T>(sql)!;
    }

    public IReadOnlyList<T> Query<T>(string sql)
    {
        using SqliteConnection connection = Connect();
        return [.. connection.Query<T>(sql)];
    }

    public void Execute(string sql)
    {
        using SqliteConnection connection = Connect();
        connection.Execute(sql);
    }

    /// <summary>Makes the tables that the version before there were reruns had, and its journal.</summary>
    public void WriteSchemaBeforeReruns()
    {
        string[] scripts = ["001_schema.sql", "002_round_trip.sql"];
        foreach (string script in scripts)
        {
            using StreamReader sql = new(typeof(ResultsStore).Assembly.GetManifestResourceStream(script)!);
            Execute(sql.ReadToEnd());
        }

        Execute(
            """
            CREATE TABLE SchemaVersions (SchemaVersionID INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, ScriptName TEXT NOT NULL, Applied DATETIME NOT NULL);
            PRAGMA application_id = 1349283170;
            """);
        Execute($"INSERT INTO SchemaVersions (ScriptName, Applied) VALUES {string.Join(", ", scripts.Select(script => $"('{script}', '2026-01-01 00:00:00')"))}");
    }

    public IReadOnlyList<string> Columns(string table) => Query<string>($"SELECT name FROM pragma_table_info('{table}')");

    /// <summary>All rows of all tables, as text.</summary>
    public string Dump()
    {
        IEnumerable<string> tables = Query<string>("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
        return string.Join('\n', tables.SelectMany(table => Query<dynamic>($"SELECT * FROM {table} ORDER BY 1, 2, 3").Select(row =>
            table + " " + string.Join('|', ((IDictionary<string, object>)row).Values))));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }
}
