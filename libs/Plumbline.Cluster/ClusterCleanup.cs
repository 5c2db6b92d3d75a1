namespace Plumbline.Cluster;

/// <summary>
/// Removes leftovers of experiments when a person asks for it. When no living experiment holds the cluster, the cleanup
/// holds it meanwhile, so that none starts. What a living experiment owns is left alone.
/// </summary>
public sealed class ClusterCleanup(Leftovers leftovers, ClusterLease lease)
{
    /// <param name="who">The cleanup's name in the Lease.</param>
    /// <param name="watcher">Learns what happens.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>The Lease of the experiment that was left alone; null when there is none.</returns>
    /// <exception cref="ApiException">Something could not be removed.</exception>
    /// <exception cref="InvalidOperationException">
    /// A namespace does not go away, or kube-proxy's pods do not become available.
    /// </exception>
    /// <exception cref="ClusterRefusedException">An experiment has taken the cluster meanwhile.</exception>
    public async Task<LeaseReading?> RunAsync(string who, ICleanupWatcher watcher, CancellationToken token)
    {
        (HeldLease? held, _) = await HeldLease.TakeAsync(
            lease, new LeaseHolder(who, Guid.NewGuid()), watcher.OnWait, token);
        if (held is null)
        {
            await leftovers.RemoveAsync(watcher.OnRemoved, watcher.OnRestored, token);
            return await lease.ReadAsync(token) is { IsFree: false } reading ? reading : null;
        }

        await using (held)
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(token, held.Lost);
            try
            {
                await leftovers.RemoveAsync(watcher.OnRemoved, watcher.OnRestored, either.Token);
                return null;
            }
            catch (OperationCanceledException)
                when (held.Lost.IsCancellationRequested && !token.IsCancellationRequested)
            {
                throw new ClusterRefusedException(
                    "the cleanup lost the Lease before it had removed everything; the next cleanup removes the rest");
            }
        }
    }
}
