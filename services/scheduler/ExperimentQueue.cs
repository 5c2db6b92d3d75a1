using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>An experiment that has not ended, as its queue sees it.</summary>
public sealed record QueueEntry(Guid ExperimentId, string Queue, ExperimentPhase Phase, long Version);

/// <summary>Whose turn it is. Pure; entries come in order of arrival.</summary>
public static class ExperimentQueue
{
    /// <summary>The queue of all experiments, as long as there is one set of nodes.</summary>
    public const string OnlyNodes = "nodes";

    /// <summary>The queue of what measures nothing and so waits for nobody.</summary>
    public static string OfItsOwn(Guid experimentId) => experimentId.ToString();

    /// <summary>The experiments to start now: of each queue in which none runs, the first.</summary>
    public static IReadOnlyList<Guid> Due(IReadOnlyList<QueueEntry> entries) =>
    [
        .. entries.GroupBy(entry => entry.Queue)
            .Where(queue => queue.All(entry => entry.Phase == ExperimentPhase.Queued))
            .Select(queue => queue.First().ExperimentId),
    ];

    /// <summary>Those that wait for another, each with its place in its queue: 1 when one alone is before it. One that is due waits for none.</summary>
    public static IReadOnlyList<(Guid ExperimentId, int Position)> Waiting(IReadOnlyList<QueueEntry> entries) =>
    [
        .. entries.GroupBy(entry => entry.Queue)
            .SelectMany(queue => queue.OrderBy(entry => entry.Phase == ExperimentPhase.Queued).Select((entry, place) => (entry.ExperimentId, place)))
            .Where(each => each.place > 0),
    ];

    /// <summary>The place of one that comes; 0 where it is due at once.</summary>
    public static int Behind(IReadOnlyList<QueueEntry> entries, string queue) => entries.Count(entry => entry.Queue == queue);
}
