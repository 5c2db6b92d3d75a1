using Microsoft.Extensions.Logging;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// What no message brings about: publishes what a dead process has left in the outbox, sends the present commands again after
/// a restart, sees to deadlines, and starts an experiment whose turn nobody saw. All of it may be done at any time and by
/// several processes: whoever is late changes nothing.
/// </summary>
public sealed class SchedulerUpkeep(IExperimentStore store, ExperimentDriver driver, TimeProvider clock, ILogger<SchedulerUpkeep> logger)
{
    /// <summary>Answers that came while no scheduler ran are taken first; only then is the answer missed.</summary>
    public static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(5);

    /// <summary>A message this old in the outbox is none that its consumer is just publishing.</summary>
    public static readonly TimeSpan OutboxPatience = TimeSpan.FromSeconds(5);

    private Dictionary<Guid, long>? _unansweredAtStart;
    private DateTimeOffset _startedAt;

    /// <summary>To be called every second, for the first time when the process starts.</summary>
    public async Task TickAsync(PublishMessage publish, CancellationToken token)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (_unansweredAtStart is null)
        {
            await StartAsync(now, publish, token);
        }

        if (_unansweredAtStart!.Count > 0 && now >= _startedAt + RestartPatience)
        {
            await RestartAsync(_unansweredAtStart, publish, token);
            _unansweredAtStart.Clear();
        }

        await driver.PublishLeftAsync(now - OutboxPatience, publish, token);
        foreach (Guid id in await store.ListOverdueAsync(now, token))
        {
            await driver.AdvanceAsync(id, ExperimentFlow.OnDeadline, publish, token);
        }

        await driver.StartNextAsync(publish, token);
    }

    /// <summary>What is in the outbox is sent by being published; for all else that runs, an answer is missing.</summary>
    private async Task StartAsync(DateTimeOffset now, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<QueueEntry> active = await store.ListActiveAsync(token);
        IReadOnlyList<OutboxMessage> left = await driver.PublishLeftAsync(now, publish, token);
        HashSet<Guid> sent = [.. left.Where(message => message.Message is ScaleStep or MeasureTrial or RemoveServices).Select(message => message.ExperimentId)];
        (_startedAt, _unansweredAtStart) = (now, active
            .Where(entry => entry.Phase != ExperimentPhase.Queued && !sent.Contains(entry.ExperimentId))
            .ToDictionary(entry => entry.ExperimentId, entry => entry.Version));
    }

    private async Task RestartAsync(Dictionary<Guid, long> unanswered, PublishMessage publish, CancellationToken token)
    {
        foreach ((Guid id, long version) in unanswered)
        {
            await driver.AdvanceAsync(id, Restarted, publish, token);

            Transition Restarted(ExperimentState state, DateTimeOffset now)
            {
                if (state.Version != version)
                {
                    return Transition.Unchanged(state);
                }

                logger.LogInformation("experiment {ExperimentId} goes on after a restart: its present command is sent again", id);
                return ExperimentFlow.OnRestart(state, now);
            }
        }
    }
}
