namespace Plumbline.Scheduler;

/// <summary>
/// Where the scheduler keeps its experiments between messages, and the messages that a change led to until they are published.
/// </summary>
public interface IExperimentStore
{
    Task<ExperimentState?> FindAsync(Guid experimentId, CancellationToken token);

    /// <summary>
    /// Those whose id, written without hyphens in small letters, begins so: what runs, then what waits in its order, then what has
    /// ended, newest first.
    /// </summary>
    Task<IReadOnlyList<ExperimentState>> ListAsync(string idPrefix, int limit, CancellationToken token);

    /// <summary>Those that have not ended, in order of arrival.</summary>
    Task<IReadOnlyList<QueueEntry>> ListActiveAsync(CancellationToken token);

    /// <summary>Those whose deadline has come.</summary>
    Task<IReadOnlyList<Guid>> ListOverdueAsync(DateTimeOffset now, CancellationToken token);

    /// <summary>
    /// Keeps a state that was found here (or a new one, of version 0) and its messages, both or neither. Returns the messages as
    /// they are to be published.
    /// </summary>
    /// <exception cref="ExperimentChangedException">
    /// Another writer was faster: with this experiment, or by starting another of its queue. Nothing is kept.
    /// </exception>
    Task<IReadOnlyList<OutboxMessage>> SaveAsync(ExperimentState state, IReadOnlyList<object> messages, DateTimeOffset now, CancellationToken token);

    /// <summary>Messages kept at that time or before and not known to be published, in their order; at most a thousand.</summary>
    Task<IReadOnlyList<OutboxMessage>> ListUnpublishedAsync(DateTimeOffset keptUntil, CancellationToken token);

    Task ForgetPublishedAsync(IReadOnlyList<Guid> messageIds, CancellationToken token);
}

/// <summary>A message that follows from a stored state. It may be published twice, both times with the same id.</summary>
public sealed record OutboxMessage(Guid Id, Guid ExperimentId, object Message);

/// <summary>The state was changed by another writer meanwhile; whoever wanted to change it has to look again.</summary>
public sealed class ExperimentChangedException(Guid experimentId)
    : Exception($"experiment {experimentId} was changed meanwhile, or another of its queue was started");
