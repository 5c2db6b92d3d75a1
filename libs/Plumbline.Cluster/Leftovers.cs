using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>What experiments have left in the cluster: the namespaces of all but the one that has it, and what they have changed of kube-proxy.</summary>
public sealed class Leftovers(ApiServer api, ClusterLease lease)
{
    private readonly ExperimentNamespace _namespaces = new(api);
    private readonly KubeProxySwitch _kubeProxy = new(api);

    /// <summary>They are listed before the Lease is read: one that was in the list and is not the holder's had its time before.</summary>
    /// <exception cref="ApiException">They cannot be listed.</exception>
    public async Task<IReadOnlyList<V1Namespace>> FindAsync(CancellationToken token)
    {
        IReadOnlyList<(Guid ExperimentId, V1Namespace Namespace)> all = await _namespaces.ListAsync(token);
        if (all.Count == 0)
        {
            return [];
        }

        Guid? holder = (await lease.HolderAsync(token))?.ExperimentId;
        return [.. all.Where(each => each.ExperimentId != holder).Select(each => each.Namespace)];
    }

    /// <summary>Whose change of kube-proxy is left; null where none is.</summary>
    public Task<Guid?> FindChangeAsync(CancellationToken token) => _kubeProxy.FindLeftAsync(IsLeftAsync, token);

    /// <summary>Removes them one after the other, and has kube-proxy as it was.</summary>
    /// <param name="tell">Told of each namespace that is gone.</param>
    /// <param name="tellRestored">Told what was done about kube-proxy.</param>
    /// <returns>Names of the namespaces.</returns>
    /// <exception cref="ApiException">Something could not be removed.</exception>
    /// <exception cref="InvalidOperationException">A namespace does not go, or kube-proxy's pods do not come.</exception>
    public async Task<IReadOnlyList<string>> RemoveAsync(Action<string> tell, Action<KubeProxyRestoration> tellRestored, CancellationToken token)
    {
        IReadOnlyList<V1Namespace> found = await FindAsync(token);
        foreach (V1Namespace each in found)
        {
            await _namespaces.RemoveAsync(each, token);
            tell(each.Metadata.Name);
        }

        if (await _kubeProxy.RestoreAsync(IsLeftAsync, token) is { } restored)
        {
            tellRestored(restored);
        }

        return [.. found.Select(each => each.Metadata.Name)];
    }

    /// <summary>Asked after the change was seen: as with namespaces, it had its time before.</summary>
    private async Task<bool> IsLeftAsync(Guid experimentId) => (await lease.HolderAsync(CancellationToken.None))?.ExperimentId != experimentId;
}
