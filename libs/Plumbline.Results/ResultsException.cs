namespace Plumbline.Results;

/// <summary>Results cannot be read or written; the message is one line for the user.</summary>
public abstract class ResultsException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The file is missing, is no database, or is a database of something else or of another version.</summary>
public sealed class ResultsFileException(string message, Exception? inner = null) : ResultsException(message, inner);

/// <summary>What is stored contradicts itself.</summary>
public sealed class ResultsDamagedException(string message, Exception? inner = null) : ResultsException(message, inner);

/// <summary>No experiment, or more than one, has the given id or start of an id.</summary>
public sealed class ExperimentNotFoundException(string message, IReadOnlyList<Guid> candidates) : ResultsException(message)
{
    /// <summary>Experiments whose ids start so; empty when none does.</summary>
    public IReadOnlyList<Guid> Candidates { get; } = candidates;
}
