using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using Plumbline.Cluster;
using Plumbline.Hosting;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>The cluster, and what to use in it: PLUMBLINE_CLUSTER__….</summary>
public sealed class ClusterOptions
{
    public const string Section = "Cluster";

    /// <value>Path of a kubeconfig. Empty: the pod's own account, or outside a pod the user's kubeconfig.</value>
    [ReadableFile]
    [NamesCluster]
    public string KubeConfig { get; set; } = "";

    /// <value>
    /// This pipeline's name among those that share the cluster. Empty: the pod's namespace, or outside a pod the host's
    /// name.
    /// </value>
    [RegularExpression("^[A-Za-z0-9._-]*$", ErrorMessage = "may have letters, digits, '.', '_' and '-'")]
    [StringLength(100, ErrorMessage = "must have at most 100 characters")]
    public string Pipeline { get; set; } = "";

    /// <value>Namespace of the echo worker's pods. Empty: the pod's own, or outside a pod <c>plumbline</c>.</value>
    public string EchoNamespace { get; set; } = "";

    /// <value>Selects the echo worker's pods.</value>
    [MustBeSet]
    public string EchoSelector { get; set; } = "app.kubernetes.io/name=echo-worker";

    /// <value>The port on which they answer.</value>
    [Within(1, 65_535)]
    public int EchoPort { get; set; } = 7001;

    /// <value>
    /// Source addresses of measured packets, such as <c>node-a=10.1.2.128/26,node-b=10.1.3.128/26</c>: addresses that
    /// kube-proxy treats as pods' and that no pod has. For any other node a free part of its podCIDR is used.
    /// </value>
    [NamesPrefixes]
    public string SourcePrefixes { get; set; } = "";
}

/// <summary>A list of nodes and prefixes.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamesPrefixesAttribute : ValidationAttribute
{
    private const int Shortest = 16;

    /// <exception cref="FormatException">The text is not such a list.</exception>
    public static IReadOnlyList<(string Node, string Prefix)> Read(string text) =>
    [
        .. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(entry =>
            entry.Split('=') is [{ Length: > 0 } node, { } prefix]
            && IPNetwork.TryParse(prefix, out IPNetwork network)
            && network.PrefixLength >= Shortest
            && network.BaseAddress.AddressFamily == AddressFamily.InterNetwork
                ? (node, prefix)
                : throw new FormatException($"'{entry}' is not a node and a prefix such as node-a=10.1.2.128/26")),
    ];

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        try
        {
            IReadOnlyList<(string Node, string Prefix)> prefixes = Read((string)value!);
            return prefixes.DistinctBy(each => each.Node).Count() == prefixes.Count
                ? ValidationResult.Success
                : new ValidationResult("names a node twice", [validationContext.MemberName!]);
        }
        catch (FormatException exception)
        {
            return new ValidationResult(exception.Message, [validationContext.MemberName!]);
        }
    }
}

/// <summary>
/// Path of a kubeconfig that names a cluster. Accepts an empty path and an unreadable file; other checks cover those.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NamesClusterAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        string path = (string)value!;
        try
        {
            if (File.Exists(path))
            {
                ApiServer.Connect(path).Dispose();
            }

            return ValidationResult.Success;
        }
        catch (ClusterRefusedException exception)
        {
            return new ValidationResult(exception.Message, [validationContext.MemberName!]);
        }
    }
}
