using System.Data.Common;

namespace Plumbline.Results;

/// <summary>The database server cannot be reached, or its database is not one of results of this version.</summary>
public sealed class ResultsServerException(string message, Exception? inner = null) : ResultsException(message, inner)
{
    /// <summary>It may well succeed when tried again: the server was starting, or not to be reached.</summary>
    public bool IsTransient => InnerException is DbException { IsTransient: true };
}
