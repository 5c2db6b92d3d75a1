using Microsoft.Extensions.Logging;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// Does what no message triggers. It publishes outbox messages of a dead process, repeats present commands after a
/// restart, checks deadlines, and starts experiments that nobody started. Several processes may do this at any time:
/// the slower one changes nothing.
/// </summary>
public sealed class SchedulerUpkeep(
    IExperimentStore store, ExperimentDriver driver, TimeProvider clock, ILogger<SchedulerUpkeep> logger)
{
    /// <summary>
    /// Time to read the answers that arrived while no scheduler ran. After that, a missing answer is missing.
    /// </summary>
    public static readonly TimeSpan RestartPatience = TimeSpan.FromSeconds(5);

    /// <summary>Older outbox messages were abandoned by their publisher.</summary>
    public static readonly TimeSpan OutboxPatience = TimeSpan.FromSeconds(5);

    private Dictionary<Guid, long>? _unansweredAtStart;
    private DateTimeOffset _startedAt;

    /// <summary>Call this every second, beginning when the process starts.</summary>
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
            await driver.AdvanceAsync(id, AnswerFlow.OnDeadline, publish, token);
        }

        await driver.StartNextAsync(publish, token);
    }

    /// <summary>
    /// Publishes commands that are still in the outbox. All other running experiments wait for an answer.
    /// </summary>
    private async Task StartAsync(DateTimeOffset now, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<QueueEntry> active = await store.ListActiveAsync(token);
        IReadOnlyList<OutboxMessage> left = await driver.PublishLeftAsync(now, publish, token);
        HashSet<Guid> sent =
        [
            .. left.Where(message => message.Message is ScaleStep or MeasureTrial or RemoveServices)
                .Select(message => message.ExperimentId),
        ];
        _startedAt = now;
        _unansweredAtStart = active
            .Where(entry => entry.Phase != ExperimentPhase.Queued && !sent.Contains(entry.ExperimentId))
            .ToDictionary(entry => entry.ExperimentId, entry => entry.Version);
    }

    private async Task RestartAsync(
        Dictionary<Guid, long> unanswered, PublishMessage publish, CancellationToken token)
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

                logger.LogInformation(
                    "experiment {ExperimentId} continues after a restart: sending its present command again", id);
                return AnswerFlow.OnRestart(state, now);
            }
        }
    }
}
