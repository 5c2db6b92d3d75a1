using Dapper;
using Microsoft.Data.Sqlite;
using Plumbline.Store;

namespace Plumbline.Tests;

/// <summary>A database file of the test's own, whose tables it can also query without the library.</summary>
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

    /// <summary>All rows of all tables, as text.</summary>
    public string Dump()
    {
        IEnumerable<string> tables = Query<string>(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name");
        return string.Join('\n', tables.SelectMany(table => Query<dynamic>($"SELECT * FROM {table} ORDER BY 1, 2, 3")
            .Select(row => table + " " + string.Join('|', ((IDictionary<string, object>)row).Values))));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private SqliteConnection Connect()
    {
        SqliteConnection connection = new($"Data Source={Path};Pooling=False");
        connection.Open();
        return connection;
    }
}
