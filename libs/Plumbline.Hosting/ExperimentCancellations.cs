namespace Plumbline.Hosting;

/// <summary>
/// The cancelled experiments. A worker's endpoint is busy with the work to cancel, so cancels arrive at an endpoint of
/// their own and reach the work through this object. A cancel does not affect a later rerun of the experiment, which
/// has a higher run number.
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
