using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>What experiments have left in the cluster: the namespaces of all but the one that has it.</summary>
public sealed class Leftovers(ApiServer api, ClusterLease lease)
{
    private readonly ExperimentNamespace _namespaces = new(api);

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

    /// <summary>Removes them one after the other.</summary>
    /// <param name="tell">Told of each namespace that is gone.</param>
    /// <returns>Their names.</returns>
    public async Task<IReadOnlyList<string>> RemoveAsync(Action<string> tell, CancellationToken token)
    {
        IReadOnlyList<V1Namespace> found = await FindAsync(token);
        foreach (V1Namespace each in found)
        {
            await _namespaces.RemoveAsync(each, token);
            tell(each.Metadata.Name);
        }

        return [.. found.Select(each => each.Metadata.Name)];
    }
}
