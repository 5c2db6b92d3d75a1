using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>
/// Keeps kube-proxy's original configuration in the cluster, so that anybody can restore it. There is at most one.
/// </summary>
internal sealed class KubeProxyOriginals(ApiServer api)
{
    private const string What = $"ConfigMap {KubeProxyInstallation.Namespace}/{ClusterNames.KubeProxyOriginalName}";

    /// <summary>
    /// Null when there is none. Also null when our account may not read it: then it cannot have made one.
    /// </summary>
    public async Task<KubeProxyOriginal?> FindAsync(CancellationToken token)
    {
        try
        {
            return KubeProxyOriginal.Of(await api.CallAsync(
                $"read {What}",
                (client, attempt) => client.CoreV1.ReadNamespacedConfigMapAsync(
                    ClusterNames.KubeProxyOriginalName, KubeProxyInstallation.Namespace, cancellationToken: attempt),
                token));
        }
        catch (ApiException exception) when (exception.IsNotToBeHad)
        {
            return null;
        }
    }

    /// <summary>Does nothing when one is kept already.</summary>
    public async Task KeepAsync(Guid experimentId, string before, string changed, CancellationToken token)
    {
        V1ConfigMap made = KubeProxyOriginal.ToConfigMap(experimentId, before, changed);
        try
        {
            await api.CallAsync(
                $"create {What}",
                (client, attempt) => client.CoreV1.CreateNamespacedConfigMapAsync(
                    made, KubeProxyInstallation.Namespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsAlreadyThere)
        {
            // The next look shows whose it is.
        }
    }

    public async Task RemoveAsync(KubeProxyOriginal original, CancellationToken token)
    {
        V1DeleteOptions options = new() { Preconditions = new V1Preconditions { Uid = original.Uid } };
        try
        {
            await api.CallAsync(
                $"delete {What}",
                (client, attempt) => client.CoreV1.DeleteNamespacedConfigMapAsync(
                    ClusterNames.KubeProxyOriginalName,
                    KubeProxyInstallation.Namespace,
                    options,
                    cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // It is gone, or another has taken its name.
        }
    }
}
