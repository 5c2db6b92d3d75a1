namespace Plumbline.Cluster;

/// <summary>A Lease that was taken, renewed until it is given back.</summary>
public sealed class HeldLease : IAsyncDisposable
{
    private readonly ClusterLease _lease;
    private readonly LeaseHolder _holder;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _renewing;

    private HeldLease(ClusterLease lease, LeaseHolder holder, TimeSpan renewal, TimeProvider clock)
    {
        (_lease, _holder) = (lease, holder);
        _renewing = RenewAsync(renewal, clock);
    }

    /// <summary>Cancelled when another has it meanwhile.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <returns>The Lease, or why it cannot be had.</returns>
    public static async Task<(HeldLease? Held, string? Refusal)> TakeAsync(
        ClusterLease lease, LeaseHolder holder, LeaseTerms terms, TimeProvider clock, CancellationToken token) =>
        await lease.TakeAsync(holder, token) is { } refusal ? (null, refusal) : (new HeldLease(lease, holder, terms.Renewal, clock), null);

    /// <summary>Gives it back; where that fails it is free after a while, for there are no more signs of life.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewing;
        await _lease.ReleaseAsync(_holder, CancellationToken.None);
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync(TimeSpan renewal, TimeProvider clock)
    {
        using PeriodicTimer timer = new(renewal, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_end.Token))
            {
                if (!await _lease.RenewAsync(_holder, _end.Token))
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // It is given back.
        }
        catch (ApiException)
        {
            // Who gives no sign of life has lost it.
            await _lost.CancelAsync();
        }
    }
}
