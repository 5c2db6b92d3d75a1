using System.Data.Common;
using Npgsql;

namespace Plumbline.Store.Storage;

/// <summary>
/// A PostgreSQL server's database. Every use takes a connection from the pool. So several threads may use it at once,
/// and it works again when the server does.
/// </summary>
internal sealed class PostgresDatabase : IResultsDatabase
{
    /// <summary>Statements that a connection plans once for all messages.</summary>
    private const int StatementsKept = 20;

    private readonly NpgsqlDataSource _connections;

    private PostgresDatabase(NpgsqlDataSource connections) => _connections = connections;

    /// <exception cref="ResultsServerException">It does not answer, or belongs to another version.</exception>
    public static PostgresDatabase OpenToWrite(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings = Settings(connectionString);
        return Opened(settings, _ => Migrations.ApplyToPostgres(settings, Name(settings)));
    }

    /// <exception cref="ResultsServerException">It does not answer, or belongs to another version.</exception>
    public static PostgresDatabase OpenToRead(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings = Settings(connectionString);
        settings.Options = $"{settings.Options} -c default_transaction_read_only=on".TrimStart();
        return Opened(settings, connection =>
        {
            if (Migrations.ObstacleInPostgres(connection, toWrite: false) is { } obstacle)
            {
                throw new ResultsServerException($"{Name(settings)} {obstacle}");
            }
        });
    }

    /// <summary>Whether it answers. The schema does not matter: the first experiment creates or updates it.</summary>
    /// <exception cref="ResultsServerException">It does not.</exception>
    public static void DemandReachable(string connectionString) =>
        Opened(Settings(connectionString), _ => { }).Dispose();

    public T Use<T>(Func<DbConnection, T> use)
    {
        using NpgsqlConnection connection = _connections.OpenConnection();
        return use(connection);
    }

    public void Dispose() => _connections.Dispose();

    private static PostgresDatabase Opened(NpgsqlConnectionStringBuilder settings, Action<NpgsqlConnection> prepare)
    {
        NpgsqlDataSource connections = Checked(() => NpgsqlDataSource.Create(settings));
        try
        {
            using NpgsqlConnection connection = connections.OpenConnection();
            prepare(connection);
            return new PostgresDatabase(connections);
        }
        catch (DbException exception)
        {
            connections.Dispose();
            throw new ResultsServerException($"{Name(settings)} cannot be opened: {exception.Message}", exception);
        }
        catch (ResultsServerException)
        {
            connections.Dispose();
            throw;
        }
    }

    private static NpgsqlConnectionStringBuilder Settings(string connectionString)
    {
        NpgsqlConnectionStringBuilder settings = Checked(() => new NpgsqlConnectionStringBuilder(connectionString));
        settings.ApplicationName ??= "plumbline";
        if (settings.MaxAutoPrepare == 0)
        {
            settings.MaxAutoPrepare = StatementsKept;
        }

        return settings;
    }

    private static T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException exception)
        {
            // The text may contain a password, so the message does not repeat it.
            throw new ResultsServerException(
                $"the PostgreSQL connection string is wrong: {exception.Message}", exception);
        }
    }

    private static string Name(NpgsqlConnectionStringBuilder settings) =>
        $"the PostgreSQL database {settings.Database ?? settings.Username} at {settings.Host}:{settings.Port}";
}
