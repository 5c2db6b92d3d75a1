using Npgsql;

namespace Plumbline.Tests;

/// <summary>A database that is gone when the test is over.</summary>
public sealed class PostgresTestDatabase : IDisposable
{
    private readonly string _server;

    private readonly string _name;

    internal PostgresTestDatabase(string server, string name)
    {
        (_server, _name) = (server, name);
        ConnectionString = new NpgsqlConnectionStringBuilder(server) { Database = name }.ConnectionString;
    }

    public string ConnectionString { get; }

    /// <summary>A connection past what is tested; not pooled.</summary>
    public NpgsqlConnection Connect() => Connect(ConnectionString);

    public void Dispose() => Execute(_server, $"DROP DATABASE {_name} WITH (FORCE)");

    internal static void Execute(string connectionString, string sql)
    {
        using NpgsqlConnection connection = Connect(connectionString);
        using NpgsqlCommand command = new(sql, connection);
        command.ExecuteNonQuery();
    }

    private static NpgsqlConnection Connect(string connectionString)
    {
        NpgsqlConnection connection = new(
            new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString);
        connection.Open();
        return connection;
    }
}
