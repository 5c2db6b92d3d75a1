using System.Collections.Concurrent;

namespace Plumbline.Scheduler;

/// <summary>Where the scheduler keeps its experiments between messages.</summary>
public interface IExperimentStore
{
    Task<ExperimentState?> FindAsync(Guid experimentId);

    Task SaveAsync(ExperimentState state);
}

/// <summary>Keeps them as long as the process lives, which is as long as a lab's experiment can.</summary>
public sealed class InMemoryExperimentStore : IExperimentStore
{
    private readonly ConcurrentDictionary<Guid, ExperimentState> _states = new();

    public Task<ExperimentState?> FindAsync(Guid experimentId) => Task.FromResult(_states.GetValueOrDefault(experimentId));

    public Task SaveAsync(ExperimentState state)
    {
        _states[state.Plan.ExperimentId] = state;
        return Task.CompletedTask;
    }
}
