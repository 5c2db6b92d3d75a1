using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Keeps experiments as long as the process lives. A lab's experiment does not live longer.</summary>
public sealed class InMemoryExperimentStore : IExperimentStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, ExperimentState> _states = [];
    private readonly List<Guid> _arrivals = [];
    private readonly List<(OutboxMessage Message, DateTimeOffset KeptAt)> _outbox = [];

    public Task<ExperimentState?> FindAsync(Guid experimentId, CancellationToken token) =>
        Locked(() => _states.GetValueOrDefault(experimentId));

    public Task<IReadOnlyList<ExperimentState>> ListAsync(string idPrefix, int limit, CancellationToken token) =>
        Locked<IReadOnlyList<ExperimentState>>(() =>
        [
            .. _arrivals.Select((id, arrival) => (State: _states[id], Arrival: arrival))
                .Where(each => $"{each.State.Plan.ExperimentId:N}".StartsWith(idPrefix, StringComparison.Ordinal))
                .OrderBy(each => each.State.Phase == ExperimentPhase.Ended)
                .ThenBy(each => each.State.Phase == ExperimentPhase.Queued)
                .ThenBy(each => each.State.Phase == ExperimentPhase.Queued ? each.Arrival : -each.Arrival)
                .Take(limit)
                .Select(each => each.State),
        ]);

    public Task<IReadOnlyList<QueueEntry>> ListActiveAsync(CancellationToken token) =>
        Locked<IReadOnlyList<QueueEntry>>(() =>
        [
            .. _arrivals.Select(id => _states[id])
                .Where(state => state.Phase != ExperimentPhase.Ended)
                .Select(state => new QueueEntry(state.Plan.ExperimentId, state.Queue, state.Phase, state.Version)),
        ]);

    public Task<IReadOnlyList<Guid>> ListOverdueAsync(DateTimeOffset now, CancellationToken token) =>
        Locked<IReadOnlyList<Guid>>(() => [.. _arrivals.Where(id => _states[id].Deadline <= now)]);

    public Task<IReadOnlyList<OutboxMessage>> SaveAsync(
        ExperimentState state, IReadOnlyList<object> messages, DateTimeOffset now, CancellationToken token) =>
        Locked(() => Save(state, messages, now));

    public Task<IReadOnlyList<OutboxMessage>> ListUnpublishedAsync(DateTimeOffset keptUntil, CancellationToken token) =>
        Locked<IReadOnlyList<OutboxMessage>>(() =>
            [.. _outbox.Where(entry => entry.KeptAt <= keptUntil).Take(1_000).Select(entry => entry.Message)]);

    public Task ForgetPublishedAsync(IReadOnlyList<Guid> messageIds, CancellationToken token) =>
        Locked(() => _outbox.RemoveAll(entry => messageIds.Contains(entry.Message.Id)));

    private IReadOnlyList<OutboxMessage> Save(
        ExperimentState state, IReadOnlyList<object> messages, DateTimeOffset now)
    {
        Guid id = state.Plan.ExperimentId;
        bool isChanged = (_states.GetValueOrDefault(id)?.Version ?? 0) != state.Version;
        bool isAnotherRunning = _states.Values.Any(
            other => other.IsRunning && other.Queue == state.Queue && other.Plan.ExperimentId != id);
        if (isChanged || (state.IsRunning && isAnotherRunning))
        {
            throw new ExperimentChangedException(id);
        }

        if (state.Phase == ExperimentPhase.Queued || !_states.ContainsKey(id))
        {
            _arrivals.Remove(id);
            _arrivals.Add(id);
        }

        _states[id] = state with { Version = state.Version + 1 };
        OutboxMessage[] kept = [.. messages.Select(message => new OutboxMessage(NewId.NextGuid(), id, message))];
        _outbox.AddRange(kept.Select(message => (message, now)));
        return kept;
    }

    private Task<T> Locked<T>(Func<T> use)
    {
        lock (_lock)
        {
            return Task.FromResult(use());
        }
    }
}
