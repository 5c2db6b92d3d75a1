namespace Plumbline.Hosting;

/// <summary>
/// Which experiments have been cancelled, for work that is under way: a worker's endpoint is busy with that very work, so
/// the cancel reaches it here, by way of an endpoint of its own. A cancel is of what was asked for until then: a later rerun of
/// the experiment (a higher run) is not cancelled.
/// </summary>
public sealed class ExperimentCancellations
{
    private readonly Lock _lock = new();
    private readonly Dictionary<Guid, Life> _lives = [];

    public CancellationToken TokenOf(Guid experimentId, int run)
    {
        lock (_lock)
        {
            return Of(experimentId, run).Cancellation.Token;
        }
    }

    public void Cancel(Guid experimentId)
    {
        CancellationTokenSource cancellation;
        lock (_lock)
        {
            cancellation = Of(experimentId, 0).Cancellation;
        }

        cancellation.Cancel();
    }

    private Life Of(Guid experimentId, int run) => _lives.TryGetValue(experimentId, out Life? life) && life.Run >= run
        ? life
        : _lives[experimentId] = new Life(run, new CancellationTokenSource());

    private sealed record Life(int Run, CancellationTokenSource Cancellation);
}
