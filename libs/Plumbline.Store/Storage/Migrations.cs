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

namespace Plumbline.Results.Storage;

/// <summary>
/// Brings a database to this version's schema by the numbered scripts in Sql/. Those named .postgres.sql or .sqlite.sql are that
/// database's alone, the others both's.
/// </summary>
internal static class Migrations
{
    /// <summary>The lock that whoever migrates holds; PostgreSQL has such numbers for each database. The letters Plmb.</summary>
    private const long AdvisoryLock = 0x506C6D62;

    private const int LockTimeoutSeconds = 300;

    private static readonly Assembly s_assembly = typeof(Migrations).Assembly;

    /// <summary>Runs the scripts that have not been run on it.</summary>
    /// <exception cref="ResultsFileException">A script failed; it has changed nothing.</exception>
    public static void ApplyToSqlite(SqliteConnection connection, string path)
    {
        using SharedConnection shared = new(connection);
        if (Apply(DeployChanges.To.SqliteDatabase(shared), IsOfSqlite) is { } error)
        {
            throw new ResultsFileException($"{path} cannot be brought to this version's schema: {error.Message}", error);
        }
    }

    /// <summary>Runs the scripts that have not been run on it; of several that come at once, one does.</summary>
    /// <exception cref="ResultsServerException">A script failed; it has changed nothing.</exception>
    public static void ApplyToPostgres(NpgsqlConnectionStringBuilder settings)
    {
        // Connections of its own, and not pooled: the lock is its session's and ends with it.
        using NpgsqlDataSource connections = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Pooling = false });
        using NpgsqlConnection locked = connections.OpenConnection();
        locked.Execute("SELECT pg_advisory_lock(@AdvisoryLock)", new { AdvisoryLock }, commandTimeout: LockTimeoutSeconds);
        if (Apply(DeployChanges.To.PostgresqlDatabase(new PostgresqlConnectionManager(connections)), IsOfPostgres) is { } error)
        {
            throw new ResultsServerException($"the PostgreSQL database cannot be brought to this version's schema: {error.Message}", error);
        }
    }

    /// <summary>The first script that has not been run on it; null when all have.</summary>
    public static string? FirstMissingFromSqlite(SqliteConnection connection) => FirstMissing(connection, IsOfSqlite);

    /// <inheritdoc cref="FirstMissingFromSqlite"/>
    public static string? FirstMissingFromPostgres(NpgsqlConnection connection) =>
        connection.ExecuteScalar<bool>("SELECT to_regclass('schemaversions') IS NULL")
            ? Scripts(IsOfPostgres).First()
            : FirstMissing(connection, IsOfPostgres);

    private static Exception? Apply(UpgradeEngineBuilder database, Func<string, bool> isIncluded)
    {
        DatabaseUpgradeResult result = database
            .WithScriptsEmbeddedInAssembly(s_assembly, isIncluded)
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        return result.Successful ? null : result.Error;
    }

    private static string? FirstMissing(DbConnection connection, Func<string, bool> isIncluded) =>
        Scripts(isIncluded).Except(connection.Query<string>("SELECT ScriptName FROM SchemaVersions")).FirstOrDefault();

    private static IEnumerable<string> Scripts(Func<string, bool> isIncluded) =>
        s_assembly.GetManifestResourceNames().Where(isIncluded).Order(StringComparer.Ordinal);

    private static bool IsOfPostgres(string name) => IsScript(name) && !name.EndsWith(".sqlite.sql", StringComparison.Ordinal);

    private static bool IsOfSqlite(string name) => IsScript(name) && !name.EndsWith(".postgres.sql", StringComparison.Ordinal);

    private static bool IsScript(string name) => name.EndsWith(".sql", StringComparison.Ordinal);
}
