using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace Plumbline.Store.Storage;

/// <summary>The embedded database: one connection, one writer, one thread.</summary>
internal sealed class SqliteDatabase(SqliteConnection connection) : IResultsDatabase
{
    public T Use<T>(Func<DbConnection, T> use) => use(connection);

    public void Dispose() => connection.Dispose();
}
