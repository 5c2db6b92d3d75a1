using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Plumbline.Hosting;

/// <summary>Where a probe measures: PLUMBLINE_PROBE__….</summary>
public sealed class ProbeOptions
{
    public const string Section = "Probe";

    /// <value>Name of the cluster's node that it runs on, in whose network namespace it is; empty: the lab's nodes on this machine.</value>
    [RegularExpression("^[a-z0-9.-]*$", ErrorMessage = "is no name of a node: it may have small letters, digits, '.' and '-'")]
    [StringLength(200, ErrorMessage = "must have at most 200 characters")]
    public string Node { get; set; } = "";

    /// <summary>Name of the node before the settings are checked: what is registered depends on it. Null for the lab.</summary>
    public static string? NodeIn(IConfiguration configuration) =>
        configuration.GetSection(Section)[nameof(Node)] is { Length: > 0 } node ? node : null;

    /// <value>Port on the node's loopback on which kube-proxy tells its metrics.</value>
    [Within(1, 65_535)]
    public int KubeProxyPort { get; set; } = 10_249;
}
