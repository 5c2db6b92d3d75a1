using System.Data.Common;

namespace Plumbline.Store;

/// <summary>Results cannot be read or written. The message is one line for the user.</summary>
public abstract class ResultsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The file is missing, is no database, or belongs to another program or another version.</summary>
public sealed class ResultsFileException(string message, Exception? inner = null) : ResultsException(message, inner);

/// <summary>The database server does not answer, or its database belongs to another version.</summary>
public sealed class ResultsServerException(string message, Exception? inner = null) : ResultsException(message, inner)
{
    /// <summary>Another try may succeed, for instance because the server was starting.</summary>
    public bool IsTransient => InnerException is DbException { IsTransient: true };
}

/// <summary>The stored results contradict themselves.</summary>
public sealed class ResultsDamagedException(string message, Exception? inner = null) : ResultsException(message, inner);

/// <summary>No experiment, or more than one, has the given id or prefix.</summary>
public sealed class ExperimentNotFoundException(string message, IReadOnlyList<Guid> candidates)
    : ResultsException(message)
{
    /// <summary>Experiments whose ids have the prefix.</summary>
    public IReadOnlyList<Guid> Candidates { get; } = candidates;
}
