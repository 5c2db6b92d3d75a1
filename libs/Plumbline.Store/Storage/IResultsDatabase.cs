using System.Data.Common;

namespace Plumbline.Store.Storage;

/// <summary>A database that results can be in.</summary>
internal interface IResultsDatabase : IDisposable
{
    /// <summary>Lends an open connection.</summary>
    T Use<T>(Func<DbConnection, T> use);
}
