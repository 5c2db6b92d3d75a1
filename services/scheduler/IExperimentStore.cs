namespace Plumbline.Scheduler;

/// <summary>
/// Stores experiments between messages. It also stores the messages that follow from a change until they are published.
/// </summary>
public interface IExperimentStore
{
    Task<ExperimentState?> FindAsync(Guid experimentId, CancellationToken token);

    /// <summary>
    /// The experiments whose id starts with the prefix: first the running ones, then the waiting ones in their order,
    /// then the ended ones, newest first.
    /// </summary>
    /// <param name="idPrefix">In lower case, without hyphens.</param>
    Task<IReadOnlyList<ExperimentState>> ListAsync(string idPrefix, int limit, CancellationToken token);

    /// <summary>The experiments that have not ended, in order of arrival.</summary>
    Task<IReadOnlyList<QueueEntry>> ListActiveAsync(CancellationToken token);

    /// <summary>The experiments whose deadline has passed.</summary>
    Task<IReadOnlyList<Guid>> ListOverdueAsync(DateTimeOffset now, CancellationToken token);

    /// <summary>
    /// Stores a state and its messages, both or neither. The state comes from this store, or is new and has version 0.
    /// Returns the messages to publish.
    /// </summary>
    /// <exception cref="ExperimentChangedException">
    /// Another writer was faster: it changed this experiment, or started another of its queue. Nothing is stored.
    /// </exception>
    Task<IReadOnlyList<OutboxMessage>> SaveAsync(
        ExperimentState state, IReadOnlyList<object> messages, DateTimeOffset now, CancellationToken token);

    /// <summary>
    /// Messages stored until then that are not known to be published, in their order. At most a thousand.
    /// </summary>
    Task<IReadOnlyList<OutboxMessage>> ListUnpublishedAsync(DateTimeOffset keptUntil, CancellationToken token);

    Task ForgetPublishedAsync(IReadOnlyList<Guid> messageIds, CancellationToken token);
}

/// <summary>
/// A message that follows from a stored state. It may be published twice, both times with the same id.
/// </summary>
public sealed record OutboxMessage(Guid Id, Guid ExperimentId, object Message);

/// <summary>Another writer has changed the state since it was read. Read it again.</summary>
public sealed class ExperimentChangedException(Guid experimentId)
    : Exception($"another writer changed experiment {experimentId}, or started another one of its queue");
