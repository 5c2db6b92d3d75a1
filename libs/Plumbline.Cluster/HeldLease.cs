namespace Plumbline.Cluster;

/// <summary>A Lease that we hold: renewed until it is given back.</summary>
public sealed class HeldLease : IAsyncDisposable
{
    private readonly ClusterLease _lease;
    private readonly LeaseHolder _holder;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly Task _renewing;

    private HeldLease(ClusterLease lease, LeaseHolder holder)
    {
        (_lease, _holder) = (lease, holder);
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled when another has taken the Lease.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <param name="lease">Which Lease.</param>
    /// <param name="holder">Who takes it.</param>
    /// <param name="onWait">As in <see cref="ClusterLease.TakeAsync"/>.</param>
    /// <param name="token">Ends the attempt.</param>
    /// <returns>The Lease, or the reason why it cannot be taken.</returns>
    public static async Task<(HeldLease? Held, string? Refusal)> TakeAsync(
        ClusterLease lease, LeaseHolder holder, Action<LeaseReading> onWait, CancellationToken token) =>
        await lease.TakeAsync(holder, onWait, token) is { } refusal
            ? (null, refusal)
            : (new HeldLease(lease, holder), null);

    /// <summary>Gives the Lease back. Where that fails, others may take it once its duration is over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _renewing;
        await _lease.ReleaseAsync(_holder, CancellationToken.None);
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        using PeriodicTimer timer = new(_lease.Terms.Renewal, _lease.Clock);
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
            // The Lease is being given back.
        }
        catch (ApiException)
        {
            // Others may take a Lease that is not renewed.
            await _lost.CancelAsync();
        }
    }
}
