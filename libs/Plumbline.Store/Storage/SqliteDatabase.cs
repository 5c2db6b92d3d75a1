using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Plumbline.Results.Storage;

/// <summary>The embedded database: one connection, one writer, one thread.</summary>
internal sealed class SqliteDatabase(SqliteConnection connection) : IResultsDatabase
{
    public T Use<T>(Func<DbConnection, T> use) => use(connection);

    public DbTransaction BeginSnapshot(DbConnection _) => connection.BeginTransaction(deferred: true);

    public void Append<TRow>(DbTransaction transaction, Table<TRow> table, IReadOnlyList<TRow> rows)
        where TRow : class => table.Insert(transaction, rows);

    public void Dispose() => connection.Dispose();
}
