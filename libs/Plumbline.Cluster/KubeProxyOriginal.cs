using k8s.Models;
using Plumbline.Contracts;

namespace Plumbline.Cluster;

/// <summary>kube-proxy's configuration before an experiment changed it, and after.</summary>
/// <param name="ExperimentId">The experiment that changed it.</param>
/// <param name="Before">The original text.</param>
/// <param name="Changed">The text that the experiment wrote.</param>
/// <param name="Uid">
/// Uid of the ConfigMap that keeps both. It tells this ConfigMap from a later one of the same name.
/// </param>
public sealed record KubeProxyOriginal(Guid ExperimentId, string Before, string Changed, string Uid)
{
    private const string BeforeKey = KubeProxyInstallation.ConfigKey;
    private const string ChangedKey = $"changed-{KubeProxyInstallation.ConfigKey}";

    /// <summary>The original mode.</summary>
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
            ["README"] = "An experiment of Plumbline has changed ConfigMap "
                + $"{KubeProxyInstallation.Namespace}/{KubeProxyInstallation.Name} from {BeforeKey} to {ChangedKey}. "
                + "Plumbline restores it when the experiment ends, or when you run `plumbline cleanup --cluster`. "
                + "It removes this ConfigMap afterwards.",
        },
    };

    /// <exception cref="InvalidOperationException">
    /// The ConfigMap is not Plumbline's, or somebody has changed it.
    /// </exception>
    public static KubeProxyOriginal Of(V1ConfigMap configMap) =>
        configMap.Metadata.Labels?.TryGetValue(ClusterNames.ExperimentLabel, out string? label) == true
        && Guid.TryParseExact(label, "N", out Guid experimentId)
        && configMap.Data is { } data
        && data.TryGetValue(BeforeKey, out string? before)
        && data.TryGetValue(ChangedKey, out string? changed)
            ? new KubeProxyOriginal(experimentId, before, changed, configMap.Metadata.Uid)
            : throw new InvalidOperationException(
                $"ConfigMap {KubeProxyInstallation.Namespace}/{ClusterNames.KubeProxyOriginalName} is not as "
                + "Plumbline made it: "
                + "check kube-proxy's configuration, then delete this ConfigMap");

    /// <summary>
    /// The present text with our change undone. What others have changed since stays, including a mode that they have
    /// set. Null when nothing of our change is in the text.
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
            return now.ModeText == KubeProxyConfig.Read(Changed).ModeText
                ? now.WithModeOf(KubeProxyConfig.Read(Before)).Text
                : null;
        }
        catch (FormatException)
        {
            // Others have rewritten it; we leave it to them.
            return null;
        }
    }
}
