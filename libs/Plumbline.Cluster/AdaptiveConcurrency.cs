namespace Plumbline.Cluster;

/// <summary>
/// How many requests are under way at once: one more for each success, so twice as many each round, until the API server pushes back
/// for the first time; half as many whenever it does. As TCP begins and backs off (RFC 5681: slow start, multiplicative decrease).
/// What was under way at a push-back may push back too and halves nothing again. After the first one it grows slowly: a push-back costs
/// a request a second, and a second is many requests.
/// </summary>
/// <param name="most">Requests at once, at most. An API server does one allocation of an address after the other, so more gain nothing.</param>
public sealed class AdaptiveConcurrency(TimeProvider clock, int most = 64)
{
    private const int Least = 2;
    private const int First = 8;

    private static readonly TimeSpan s_slowGrowth = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _waiting = new();
    private int _limit = Math.Min(First, most);
    private int _underWay;
    private int _settling;

    /// <summary>When the limit was last changed, since the first push-back.</summary>
    private long? _changedAt;

    public int Most { get; } = most;

    public int Limit
    {
        get
        {
            lock (_lock)
            {
                return _limit;
            }
        }
    }

    /// <summary>Does the work when it is its turn.</summary>
    public async Task RunAsync(Func<Task> work, CancellationToken token)
    {
        await EnterAsync(token);
        bool succeeded = false;
        try
        {
            await work();
            succeeded = true;
        }
        finally
        {
            Leave(succeeded);
        }
    }

    /// <summary>The API server wants fewer requests.</summary>
    public void PushBack()
    {
        lock (_lock)
        {
            if (_settling == 0)
            {
                _limit = Math.Max(Least, _limit / 2);
                _settling = _underWay;
                _changedAt = clock.GetTimestamp();
            }
        }
    }

    private async Task EnterAsync(CancellationToken token)
    {
        TaskCompletionSource turn = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            _waiting.Enqueue(turn);
            Wake();
        }

        using CancellationTokenRegistration cancelled = token.Register(() => turn.TrySetCanceled(token));
        await turn.Task;
    }

    private void Leave(bool succeeded)
    {
        lock (_lock)
        {
            _underWay--;
            if (_settling > 0)
            {
                _settling--;
            }
            else if (succeeded)
            {
                Grow();
            }

            Wake();
        }
    }

    private void Grow()
    {
        if (_changedAt is { } changedAt)
        {
            if (clock.GetElapsedTime(changedAt) < s_slowGrowth)
            {
                return;
            }

            _changedAt = clock.GetTimestamp();
        }

        _limit = Math.Min(Most, _limit + 1);
    }

    /// <summary>Who is woken is counted at once; who gave up waiting is passed over.</summary>
    private void Wake()
    {
        while (_underWay < _limit && _waiting.TryDequeue(out TaskCompletionSource? turn))
        {
            _underWay += turn.TrySetResult() ? 1 : 0;
        }
    }
}
