namespace Plumbline.Cluster;

/// <summary>
/// Removes what experiments have left, for a person who asks for it. Where no experiment has the cluster it is held meanwhile, so that none
/// begins; an experiment that has it keeps what is its own.
/// </summary>
public sealed class ClusterCleanup(ApiServer api, LeaseTerms terms, TimeProvider clock)
{
    private readonly ClusterLease _lease = new(api, terms, clock);

    /// <param name="who">Asks, as others read it in the Lease.</param>
    /// <param name="tell">Told of each namespace that is gone.</param>
    /// <param name="tellRestored">Told what was done about kube-proxy.</param>
    /// <returns>Who has the cluster and was spared; null where nobody has it.</returns>
    /// <exception cref="ApiException">Something could not be removed.</exception>
    /// <exception cref="InvalidOperationException">A namespace does not go, or kube-proxy's pods do not come.</exception>
    /// <exception cref="ClusterRefusedException">An experiment has taken the cluster meanwhile.</exception>
    public async Task<LeaseStanding?> RunAsync(string who, Action<string> tell, Action<KubeProxyRestoration> tellRestored, CancellationToken token)
    {
        Leftovers leftovers = new(api, _lease);
        (HeldLease? held, _) = await HeldLease.TakeAsync(_lease, new LeaseHolder(who, Guid.NewGuid()), terms, clock, token);
        if (held is null)
        {
            await leftovers.RemoveAsync(tell, tellRestored, token);
            return await _lease.StandingAsync(token);
        }

        await using (held)
        {
            using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(token, held.Lost);
            try
            {
                await leftovers.RemoveAsync(tell, tellRestored, either.Token);
                return null;
            }
            catch (OperationCanceledException) when (held.Lost.IsCancellationRequested && !token.IsCancellationRequested)
            {
                throw new ClusterRefusedException("the Lease was lost while leftovers were being removed; what is left is removed by the next cleanup");
            }
        }
    }
}
