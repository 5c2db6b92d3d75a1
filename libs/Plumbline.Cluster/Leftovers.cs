using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>
/// What finished or dead experiments have left in the cluster: namespaces, and a changed mode of kube-proxy. Whatever
/// belongs to the Lease's holder is not a leftover.
/// </summary>
public sealed class Leftovers(ExperimentNamespace namespaces, KubeProxySwitch kubeProxy, ClusterLease lease)
{
    /// <summary>
    /// Lists the namespaces before it reads the Lease: the experiment of a listed namespace has held the Lease by then,
    /// so it is a leftover unless it holds the Lease still.
    /// </summary>
    /// <exception cref="ApiException">The namespaces cannot be listed.</exception>
    public async Task<IReadOnlyList<V1Namespace>> FindAsync(CancellationToken token)
    {
        IReadOnlyList<(Guid ExperimentId, V1Namespace Namespace)> all = await namespaces.ListAsync(token);
        if (all.Count == 0)
        {
            return [];
        }

        Guid? holder = (await lease.HolderAsync(token))?.ExperimentId;
        return [.. all.Where(each => each.ExperimentId != holder).Select(each => each.Namespace)];
    }

    /// <summary>The experiment that changed kube-proxy and does not hold the Lease; null when there is none.</summary>
    public Task<Guid?> FindChangeAsync(CancellationToken token) => kubeProxy.FindLeftAsync(IsLeftAsync, token);

    /// <summary>Removes the namespaces one after the other, then restores kube-proxy.</summary>
    /// <param name="onRemoved">Called with the name of each namespace that is gone.</param>
    /// <param name="onRestored">Called when kube-proxy is restored.</param>
    /// <param name="token">Ends the work.</param>
    /// <returns>Names of the namespaces.</returns>
    /// <exception cref="ApiException">Something could not be removed.</exception>
    /// <exception cref="InvalidOperationException">
    /// A namespace does not go away, or kube-proxy's pods do not become available.
    /// </exception>
    public async Task<IReadOnlyList<string>> RemoveAsync(
        Action<string> onRemoved, Action<KubeProxyRestoration> onRestored, CancellationToken token)
    {
        IReadOnlyList<V1Namespace> found = await FindAsync(token);
        foreach (V1Namespace each in found)
        {
            await namespaces.RemoveAsync(each, token);
            onRemoved(each.Metadata.Name);
        }

        if (await kubeProxy.RestoreAsync(IsLeftAsync, token) is { } restored)
        {
            onRestored(restored);
        }

        return [.. found.Select(each => each.Metadata.Name)];
    }

    /// <summary>
    /// Called after the change was read. As with namespaces, its experiment has held the Lease by then.
    /// </summary>
    private async Task<bool> IsLeftAsync(Guid experimentId) =>
        (await lease.HolderAsync(CancellationToken.None))?.ExperimentId != experimentId;
}
