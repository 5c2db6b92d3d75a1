using System.ComponentModel.DataAnnotations;

namespace Plumbline.ServiceScaler;

/// <summary>What Services are made in: PLUMBLINE_SCALER__TARGET.</summary>
public sealed class ScalerOptions
{
    public const string Section = "Scaler";

    public const string Lab = "lab";
    public const string Cluster = "cluster";

    /// <value>Network namespaces of this machine, or a Kubernetes cluster.</value>
    [AllowedValues(Lab, Cluster, ErrorMessage = "must be lab or cluster")]
    public string Target { get; set; } = Lab;
}
