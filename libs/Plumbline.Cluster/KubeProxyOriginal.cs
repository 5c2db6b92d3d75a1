using k8s.Models;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>What kube-proxy's configuration was before an experiment changed it, and what it was changed to.</summary>
/// <param name="Uid">Of the ConfigMap that keeps it: another's of the same name is not this one.</param>
public sealed record KubeProxyOriginal(Guid ExperimentId, string Before, string Changed, string Uid)
{
    private const string BeforeKey = KubeProxyInstallation.ConfigKey;
    private const string ChangedKey = $"changed-{KubeProxyInstallation.ConfigKey}";

    /// <summary>The mode that was there before.</summary>
    public ProxyMode ModeBefore => KubeProxyConfig.Read(Before).Mode!.Value;

    public static V1ConfigMap ToConfigMap(Guid experimentId, string before, string changed) => new()
    {
        ApiVersion = "v1",
        Kind = "ConfigMap",
        Metadata = new V1ObjectMeta
        {
            Name = ClusterNames.KubeProxyOriginalName,
            NamespaceProperty = KubeProxyInstallation.Namespace,
            Labels = ClusterNames.Labels(experimentId),
        },
        Data = new Dictionary<string, string>
        {
            [BeforeKey] = before,
            [ChangedKey] = changed,
            ["README"] = $"An experiment of Plumbline has changed ConfigMap {KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name} from {BeforeKey} to {ChangedKey}. "
                + "It is restored when the experiment ends, and by `plumbline cleanup --cluster`. This ConfigMap is removed when all is as it was.",
        },
    };

    /// <exception cref="InvalidOperationException">It is not Plumbline's, or was changed.</exception>
    public static KubeProxyOriginal Of(V1ConfigMap configMap) =>
        configMap.Metadata.Labels?.TryGetValue(ClusterNames.ExperimentLabel, out string? label) == true && Guid.TryParseExact(label, "N", out Guid experimentId)
        && configMap.Data is { } data && data.TryGetValue(BeforeKey, out string? before) && data.TryGetValue(ChangedKey, out string? changed)
            ? new KubeProxyOriginal(experimentId, before, changed, configMap.Metadata.Uid)
            : throw new InvalidOperationException(
                $"ConfigMap {KubeProxyInstallation.Namespace}/{ClusterNames.KubeProxyOriginalName} is not as Plumbline made it: see whether kube-proxy's configuration is right, and delete it");

    /// <summary>
    /// The present text with the change taken back: what somebody else has changed since stays, and so does a mode that somebody else
    /// has set. Null where nothing of the change is in it.
    /// </summary>
    public string? Undo(string present)
    {
        if (present == Before)
        {
            return null;
        }

        if (present == Changed)
        {
            return Before;
        }

        try
        {
            KubeProxyConfig now = KubeProxyConfig.Read(present);
            return now.ModeText == KubeProxyConfig.Read(Changed).ModeText ? now.WithModeOf(KubeProxyConfig.Read(Before)).Text : null;
        }
        catch (FormatException)
        {
            // What others have made of it is theirs.
            return null;
        }
    }
}
