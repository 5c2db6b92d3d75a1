using System.Data.Common;

namespace Plumbline.Results.Storage;

/// <summary>One of the databases that results can be in, with all in which it differs from the others.</summary>
internal interface IResultsDatabase : IDisposable
{
    /// <summary>Has something done on an open connection, which is the database's own again afterwards.</summary>
    T Use<T>(Func<DbConnection, T> use);

    /// <summary>Begins a transaction to read in: what others write meanwhile is not seen.</summary>
    DbTransaction BeginSnapshot(DbConnection connection);

    /// <summary>Writes rows that are not there yet, for the row that they belong to was not; they may be many.</summary>
    void Append<TRow>(DbTransaction transaction, Table<TRow> table, IReadOnlyList<TRow> rows)
        where TRow : class;
}
