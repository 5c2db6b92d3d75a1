using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Holds the cluster for the running experiment. Takes the Lease, renews it as long as the experiment may have
/// Services, and gives it back. A restarted worker continues to hold it. When it takes the cluster, and when it starts,
/// it removes what other experiments have left.
/// </summary>
public sealed class LeaseKeeper(
    ClusterLease lease, LeaseClaim claim, LeftoverSweep sweep, ILogger<LeaseKeeper> logger) : BackgroundService
{
    private readonly Lock _lock = new();
    private Hold? _hold;

    /// <summary>Takes the cluster for the step's experiment, and removes what others have left in it.</summary>
    /// <returns>Cancelled when another takes the cluster over.</returns>
    /// <exception cref="ClusterRefusedException">A living experiment holds it.</exception>
    public async Task<CancellationToken> TakeAsync(ScaleStep step, CancellationToken token)
    {
        CancellationToken lost = Keep(await claim.TakeAsync(step, token));
        await sweep.RunAsync(token);
        return lost;
    }

    /// <exception cref="ClusterRefusedException">Another has taken the cluster meanwhile.</exception>
    public async Task EnsureStillHeldAsync(Guid experimentId, CancellationToken token)
    {
        if (!await lease.RenewAsync(claim.HolderOf(experimentId), token))
        {
            throw new ClusterRefusedException(
                "another experiment took over the cluster, because this worker did not renew its Lease for too long");
        }
    }

    /// <summary>
    /// Gives the cluster back. Where that fails, others may take it once the Lease's duration is over.
    /// </summary>
    public Task ReleaseAsync(Guid experimentId, CancellationToken token)
    {
        StopRenewing(experimentId);
        return lease.ReleaseAsync(claim.HolderOf(experimentId), token);
    }

    /// <summary>Renews in parallel with the sweep, which takes minutes when kube-proxy must be restarted.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(
            async () =>
            {
                await AdoptAsync(stoppingToken);
                await sweep.RunAsync(stoppingToken);
                return true;
            },
            stoppingToken),
        RepeatAsync(
            async () =>
            {
                await RenewAsync(stoppingToken);
                return false;
            },
            stoppingToken));

    /// <summary>Repeats the work, one renewal period apart, until it is done.</summary>
    private async Task RepeatAsync(Func<Task<bool>> isDone, CancellationToken token)
    {
        using PeriodicTimer timer = new(lease.Terms.Renewal, lease.Clock);
        do
        {
            try
            {
                if (await isDone())
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is ApiException or InvalidOperationException)
            {
                logger.LogWarning("{Problem}; trying again", exception.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(token));
    }

    /// <summary>
    /// Continues to hold the cluster for an experiment of this pipeline that was set up before a restart.
    /// </summary>
    private async Task AdoptAsync(CancellationToken token)
    {
        if (await claim.FindOwnAsync(token) is { } holder && await lease.RenewAsync(holder, token))
        {
            Keep(holder);
            logger.LogInformation("still holding the cluster for {Holder}", holder);
        }
    }

    private async Task RenewAsync(CancellationToken token)
    {
        Hold? hold;
        lock (_lock)
        {
            hold = _hold;
        }

        if (hold is not null && !await lease.RenewAsync(hold.Holder, token))
        {
            StopRenewing(hold.Holder.ExperimentId);
            logger.LogError("another has taken the cluster from {Holder}", hold.Holder);
            await hold.Lost.CancelAsync();
        }
    }

    private void StopRenewing(Guid experimentId)
    {
        lock (_lock)
        {
            _hold = _hold?.Holder.ExperimentId == experimentId ? null : _hold;
        }
    }

    private CancellationToken Keep(LeaseHolder holder)
    {
        lock (_lock)
        {
            _hold = _hold?.Holder == holder ? _hold : new Hold(holder, new CancellationTokenSource());
            return _hold.Lost.Token;
        }
    }

    private sealed record Hold(LeaseHolder Holder, CancellationTokenSource Lost);
}
