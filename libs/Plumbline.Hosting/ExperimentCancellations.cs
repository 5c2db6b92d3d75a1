using System.Collections.Concurrent;

namespace Plumbline.Hosting;

/// <summary>
/// Which experiments have been cancelled, for work that is under way: a worker's endpoint is busy with that very work, so
/// the cancel reaches it here, by way of an endpoint of its own.
/// </summary>
public sealed class ExperimentCancellations
{
    private readonly ConcurrentDictionary<Guid, CancellationTokenSource> _sources = new();

    /// <summary>The token of an experiment's cancel; already cancelled where the cancel came before the work.</summary>
    public CancellationToken TokenOf(Guid experimentId) => Source(experimentId).Token;

    public void Cancel(Guid experimentId) => Source(experimentId).Cancel();

    private CancellationTokenSource Source(Guid experimentId) => _sources.GetOrAdd(experimentId, _ => new CancellationTokenSource());
}
