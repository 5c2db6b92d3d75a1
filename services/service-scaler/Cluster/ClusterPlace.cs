namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Where this worker is, as far as its settings leave that open.</summary>
/// <param name="SourcePrefixes">Given for nodes, by name.</param>
public sealed record ClusterPlace(string Pipeline, string EchoNamespace, IReadOnlyDictionary<string, string> SourcePrefixes)
{
    private const string PodNamespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace";
    private const string UsualNamespace = "plumbline";

    public static ClusterPlace Of(ClusterOptions options)
    {
        string? own = File.Exists(PodNamespaceFile) ? File.ReadAllText(PodNamespaceFile).Trim() : null;
        return new ClusterPlace(
            FirstSet(options.Pipeline, own, Environment.MachineName),
            FirstSet(options.EchoNamespace, own, UsualNamespace),
            NamesPrefixesAttribute.Read(options.SourcePrefixes).ToDictionary(each => each.Node, each => each.Prefix));
    }

    private static string FirstSet(params string?[] values) => values.First(value => !string.IsNullOrEmpty(value))!;
}
