using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>An experiment that has not ended, as its queue sees it.</summary>
public sealed record QueueEntry(Guid ExperimentId, string Queue, ExperimentPhase Phase, long Version);

/// <summary>Decides which experiments may start. Entries come in order of arrival. Pure.</summary>
public static class ExperimentQueue
{
    /// <summary>The queue of all experiments, as long as there is one set of nodes.</summary>
    public const string OnlyNodes = "nodes";

    /// <summary>The queue of a rerun that measures nothing, so that it waits for nobody.</summary>
    public static string OfItsOwn(Guid experimentId) => experimentId.ToString();

    /// <summary>The experiments to start now: the first of each queue in which none runs.</summary>
    public static IReadOnlyList<Guid> Due(IReadOnlyList<QueueEntry> entries) =>
    [
        .. entries.GroupBy(entry => entry.Queue)
            .Where(queue => queue.All(entry => entry.Phase == ExperimentPhase.Queued))
            .Select(queue => queue.First().ExperimentId),
    ];

    /// <summary>
    /// The experiments that wait for others, each with its place in its queue: the number of those before it. One that
    /// may start now does not wait.
    /// </summary>
    public static IReadOnlyList<(Guid ExperimentId, int Position)> Waiting(IReadOnlyList<QueueEntry> entries) =>
    [
        .. entries.GroupBy(entry => entry.Queue)
            .SelectMany(queue => queue.OrderBy(entry => entry.Phase == ExperimentPhase.Queued).Index())
            .Where(each => each.Index > 0)
            .Select(each => (each.Item.ExperimentId, each.Index)),
    ];

    /// <summary>The place that a new experiment gets. 0 when it may start at once.</summary>
    public static int Behind(IReadOnlyList<QueueEntry> entries, string queue) =>
        entries.Count(entry => entry.Queue == queue);
}
