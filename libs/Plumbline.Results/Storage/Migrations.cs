using System.Reflection;
using Dapper;
using DbUp;
using DbUp.Engine;
using DbUp.Sqlite.Helpers;
using Microsoft.Data.Sqlite;

namespace Plumbline.Results.Storage;

/// <summary>Brings a database to this version's schema by the numbered scripts in Sql/.</summary>
internal static class Migrations
{
    private static readonly Assembly s_assembly = typeof(Migrations).Assembly;

    private static string[] Scripts =>
        [.. s_assembly.GetManifestResourceNames().Where(name => name.EndsWith(".sql", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    /// <summary>Runs the scripts that have not been run on it.</summary>
    /// <exception cref="ResultsFileException">A script failed; it has changed nothing.</exception>
    public static void Apply(SqliteConnection connection, string path)
    {
        using SharedConnection shared = new(connection);
        DatabaseUpgradeResult result = DeployChanges.To.SqliteDatabase(shared)
            .WithScriptsEmbeddedInAssembly(s_assembly, name => name.EndsWith(".sql", StringComparison.Ordinal))
            .WithVariablesDisabled()
            .WithTransactionPerScript()
            .LogToNowhere()
            .Build()
            .PerformUpgrade();
        if (!result.Successful)
        {
            throw new ResultsFileException($"{path} cannot be brought to this version's schema: {result.Error.Message}", result.Error);
        }
    }

    /// <exception cref="ResultsFileException">The file's schema is an older one.</exception>
    public static void DemandApplied(SqliteConnection connection, string path)
    {
        IEnumerable<string> missing = Scripts.Except(connection.Query<string>("SELECT ScriptName FROM SchemaVersions"));
        if (missing.FirstOrDefault() is { } first)
        {
            throw new ResultsFileException($"{path} was written by an older Plumbline and lacks {first}; the next experiment recorded there brings it up to date");
        }
    }
}
