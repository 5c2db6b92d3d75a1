using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Holds the cluster for the experiment under way, also from an earlier life of this worker: takes the Lease, renews it for as long
/// as the experiment's Services may be there, gives it back. What is labelled and is not the holder's is a leftover and is removed, and
/// a mode of kube-proxy that is not the holder's doing is put back.
/// </summary>
public sealed class LeaseKeeper(ApiServer api, ClusterPlace place, LeaseTerms terms, TimeProvider clock, ILogger<LeaseKeeper> logger) : BackgroundService
{
    private readonly ClusterLease _lease = new(api, terms, clock);
    private readonly Lock _lock = new();
    private Hold? _hold;

    /// <summary>Takes the cluster for the experiment and removes what others have left in it.</summary>
    /// <returns>Cancelled when the cluster is lost to another.</returns>
    /// <exception cref="ClusterRefusedException">Another has it.</exception>
    public async Task<CancellationToken> TakeAsync(Guid experimentId, CancellationToken token)
    {
        LeaseHolder holder = new(place.Pipeline, experimentId);
        if (await _lease.TakeAsync(holder, token) is { } reason)
        {
            throw new ClusterRefusedException(reason);
        }

        CancellationToken lost = Keep(holder);
        await SweepAsync(token);
        return lost;
    }

    /// <exception cref="ClusterRefusedException">Another has the cluster meanwhile.</exception>
    public async Task EnsureStillHeldAsync(Guid experimentId, CancellationToken token)
    {
        if (!await _lease.RenewAsync(new LeaseHolder(place.Pipeline, experimentId), token))
        {
            throw new ClusterRefusedException("the cluster was taken over by another experiment meanwhile, because this worker gave no sign of life for too long");
        }
    }

    /// <summary>Gives the cluster back; where that fails it is free after a while, for there are no more signs of life.</summary>
    public Task ReleaseAsync(Guid experimentId, CancellationToken token)
    {
        StopRenewing(experimentId);
        return _lease.ReleaseAsync(new LeaseHolder(place.Pipeline, experimentId), token);
    }

    /// <summary>Removes the namespaces of all experiments but the one that has the cluster, and takes back what they have changed of kube-proxy.</summary>
    /// <returns>Names of the namespaces.</returns>
    public Task<IReadOnlyList<string>> SweepAsync(CancellationToken token) => new Leftovers(api, _lease).RemoveAsync(
        name => logger.LogWarning("removed namespace {Namespace}, which an earlier experiment had left", name),
        restored => logger.LogWarning("{Restoration}, which had left it otherwise", restored),
        token);

    /// <summary>A sweep takes minutes where kube-proxy is restarted, so signs of life are given meanwhile.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(
        RepeatAsync(
            async () =>
            {
                await AdoptAsync(stoppingToken);
                await SweepAsync(stoppingToken);
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

    /// <summary>Does it until it is done.</summary>
    private async Task RepeatAsync(Func<Task<bool>> isDone, CancellationToken token)
    {
        using PeriodicTimer timer = new(terms.Renewal, clock);
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

    /// <summary>An experiment that an earlier life of this pipeline has set up goes on.</summary>
    private async Task AdoptAsync(CancellationToken token)
    {
        if (await _lease.HolderAsync(token) is { } holder && holder.Pipeline == place.Pipeline && await _lease.RenewAsync(holder, token))
        {
            Keep(holder);
            logger.LogInformation("holding the cluster for {Holder}, as an earlier life did", holder);
        }
    }

    private async Task RenewAsync(CancellationToken token)
    {
        Hold? hold;
        lock (_lock)
        {
            hold = _hold;
        }

        if (hold is not null && !await _lease.RenewAsync(hold.Holder, token))
        {
            StopRenewing(hold.Holder.ExperimentId);
            logger.LogError("the cluster was taken over from {Holder}", hold.Holder);
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
