using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>Keeps in the cluster what kube-proxy's configuration was, for whoever restores it: there is one at a time.</summary>
internal sealed class KubeProxyOriginals(ApiServer api)
{
    private const string What = $"ConfigMap {KubeProxyInstallation.Namespace}/{ClusterNames.KubeProxyOriginalName}";

    /// <summary>Null where there is none; also where it may not be looked for: then this account has never made one.</summary>
    public async Task<KubeProxyOriginal?> FindAsync(CancellationToken token)
    {
        try
        {
            return KubeProxyOriginal.Of(await api.CallAsync(
                $"read {What}",
                (client, attempt) => client.CoreV1.ReadNamespacedConfigMapAsync(ClusterNames.KubeProxyOriginalName, KubeProxyInstallation.Namespace, cancellationToken: attempt),
                token));
        }
        catch (ApiException exception) when (exception.IsNotToBeHad)
        {
            return null;
        }
    }

    /// <summary>Where one is there already, that one stays.</summary>
    public async Task KeepAsync(Guid experimentId, string before, string changed, CancellationToken token)
    {
        V1ConfigMap made = KubeProxyOriginal.ToConfigMap(experimentId, before, changed);
        try
        {
            await api.CallAsync(
                $"create {What}",
                (client, attempt) => client.CoreV1.CreateNamespacedConfigMapAsync(made, KubeProxyInstallation.Namespace, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsAlreadyThere)
        {
            // Whose it is, the next look says.
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
                    ClusterNames.KubeProxyOriginalName, KubeProxyInstallation.Namespace, options, cancellationToken: attempt),
                token);
        }
        catch (ApiException exception) when (exception.IsNotFound || exception.IsConflict)
        {
            // It is gone, or another has come in its place.
        }
    }
}
