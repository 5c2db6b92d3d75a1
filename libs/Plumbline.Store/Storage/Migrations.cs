using System.Data.Common;
using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Builder;
using DbUp.Engine;
using DbUp.Postgresql;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Plumbline.Store.Storage;

/// <summary>
/// Updates a database's schema by the numbered scripts in Sql/. Scripts named .postgres.sql or .sqlite.sql are for that
/// database only.
/// </summary>
internal static class Migrations
{
    /// <summary>Held while migrating. PostgreSQL has such locks for each database. The letters Plmb.</summary>
    private const long AdvisoryLock = 0x506C6D62;

    private const int LockTimeoutSeconds = 300;

    private static readonly Assembly s_assembly = typeof(Migrations).Assembly;

    /// <summary>Runs the scripts that have not been run on it.</summary>
    /// <exception cref="ResultsFileException">
    /// The file belongs to another version, or a script failed. Nothing is changed.
    /// </exception>
    public static void ApplyToSqlite(SqliteConnection connection, string path)
    {
        if (ObstacleInSqlite(connection, toWrite: true) is { } obstacle)
        {
            throw new ResultsFileException($"{path} {obstacle}");
        }

        using SharedConnection shared = new(connection);
        UpgradeEngineBuilder database = DeployChanges.To.SqliteDatabase(shared)
            .WithVariable("elements", "json_each").WithVariable("members", "json_each");
        if (Apply(database, IsForSqlite) is { } error)
        {
            throw new ResultsFileException($"{path}: its schema cannot be updated: {error.Message}", error);
        }
    }

    /// <summary>Runs the scripts that have not been run on it. When several programs come at once, one does.</summary>
    /// <exception cref="ResultsServerException">
    /// The database belongs to another version, or a script failed. Nothing is changed.
    /// </exception>
    public static void ApplyToPostgres(NpgsqlConnectionStringBuilder settings, string name)
    {
        // Connections of its own, and not pooled: the lock belongs to its session and ends with it.
        using NpgsqlDataSource connections =
            NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false });
        using NpgsqlConnection locked = connections.OpenConnection();
        locked.Execute(
            "SELECT pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }, commandTimeout: LockTimeoutSeconds);
        if (ObstacleInPostgres(locked, toWrite: true) is { } obstacle)
        {
            throw new ResultsServerException($"{name} {obstacle}");
        }

        UpgradeEngineBuilder database = DeployChanges.To
            .PostgresqlDatabase(new PostgresqlConnectionManager(connections))
            .WithVariable("elements", "jsonb_array_elements").WithVariable("members", "jsonb_each");
        if (Apply(database, IsForPostgres) is { } error)
        {
            throw new ResultsServerException($"{name}: its schema cannot be updated: {error.Message}", error);
        }
    }

    /// <summary>Why this version cannot use the file, to follow its name; null when it can.</summary>
    public static string? ObstacleInSqlite(SqliteConnection connection, bool toWrite) => Obstacle(
        connection, "SELECT COUNT(*) FROM sqlite_master WHERE name = 'SchemaVersions'", IsForSqlite, toWrite);

    /// <summary>Why this version cannot use the database, to follow its name; null when it can.</summary>
    public static string? ObstacleInPostgres(NpgsqlConnection connection, bool toWrite) => Obstacle(
        connection, "SELECT COUNT(to_regclass('schemaversions'))", IsForPostgres, toWrite);

    private static string? Obstacle(
        DbConnection connection, string countJournals, Func<string, bool> isIncluded, bool toWrite)
    {
        string[] run = connection.ExecuteScalar<long>(countJournals) == 0
            ? []
            : [.. connection.Query<string>("SELECT ScriptName FROM SchemaVersions ORDER BY ScriptName")];
        string[] ours = [.. s_assembly.GetManifestResourceNames().Where(isIncluded).Order(StringComparer.Ordinal)];
        string? missing = ours.Except(run).FirstOrDefault();
        return (run.Except(ours).FirstOrDefault(), missing) switch
        {
            ({ } unknown, null) => $"was written by a newer Plumbline (schema {unknown}): update Plumbline",
            ({ } unknown, _) => $"was written by an earlier, unreleased Plumbline (schema {unknown}), "
                + "which this version cannot read: start a new one",
            (null, { } script) when !toWrite => run.Length == 0
                ? "holds no results yet"
                : $"was written by an older Plumbline and lacks {script}: "
                    + "the next experiment recorded there updates it",
            _ => null,
        };
    }

    private static Exception? Apply(UpgradeEngineBuilder database, Func<string, bool> isIncluded)
    {
        DatabaseUpgradeResult result = database
            .WithScriptsEmbeddedInAssembly(s_assembly, isIncluded)
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        return result.Successful ? null : result.Error;
    }

    private static bool IsForPostgres(string name) =>
        IsScript(name) && !name.EndsWith(".sqlite.sql", StringComparison.Ordinal);

    private static bool IsForSqlite(string name) =>
        IsScript(name) && !name.EndsWith(".postgres.sql", StringComparison.Ordinal);

    private static bool IsScript(string name) => name.EndsWith(".sql", StringComparison.Ordinal);
}
