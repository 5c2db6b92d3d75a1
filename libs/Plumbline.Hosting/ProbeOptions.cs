using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Configuration;

namespace Plumbline.Hosting;

/// <summary>Where a node-probe or rtt-probe worker measures: PLUMBLINE_PROBE__….</summary>
public sealed class ProbeOptions
{
    public const string Section = "Probe";

    /// <value>
    /// Name of the cluster node that the worker runs on, in that node's network namespace. Empty for the lab.
    /// </value>
    [RegularExpression("^[a-z0-9.-]*$", ErrorMessage = "is not a node name; use small letters, digits, '.' and '-'")]
    [StringLength(200, ErrorMessage = "must have at most 200 characters")]
    public string Node { get; set; } = "";

    /// <summary>
    /// The node's name, before the settings are checked: the registered services depend on it. Null for the lab.
    /// </summary>
    public static string? NodeIn(IConfiguration configuration) =>
        configuration.GetSection(Section)[nameof(Node)] is { Length: > 0 } node ? node : null;

    /// <value>Port of kube-proxy's metrics on the node's loopback device.</value>
    [Within(1, 65_535)]
    public int KubeProxyPort { get; set; } = 10_249;
}
