namespace Plumbline.ServiceScaler.Cluster;

/// <summary>The worker's settings, with defaults for what they leave open.</summary>
/// <param name="Pipeline">This pipeline's name among those that share the cluster.</param>
/// <param name="EchoNamespace">The namespace of the echo worker's pods.</param>
/// <param name="SourcePrefixes">The prefixes that the settings give, by node.</param>
public sealed record ClusterSettings(
    string Pipeline, string EchoNamespace, IReadOnlyDictionary<string, string> SourcePrefixes)
{
    private const string PodNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
    private const string UsualNamespace = "plumbline";

    public static ClusterSettings Of(ClusterOptions options)
    {
        string? own = File.Exists(PodNamespaceFile) ? File.ReadAllText(PodNamespaceFile).Trim() : null;
        return new ClusterSettings(
            FirstSet(options.Pipeline, own, Environment.MachineName),
            FirstSet(options.EchoNamespace, own, UsualNamespace),
            NamesPrefixesAttribute.Read(options.SourcePrefixes).ToDictionary(each => each.Node, each => each.Prefix));
    }

    private static string FirstSet(params string?[] values) => values.First(value => !string.IsNullOrEmpty(value))!;
}
