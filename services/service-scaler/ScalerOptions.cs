using System.ComponentModel.DataAnnotations;

namespace Plumbline.ServiceScaler;

/// <summary>Where Services are made: PLUMBLINE_SCALER__TARGET.</summary>
public sealed class ScalerOptions
{
    public const string Section = "Scaler";

    public const string Lab = "lab";
    public const string Cluster = "cluster";

    /// <value><c>lab</c>: network namespaces on this machine; <c>cluster</c>: a Kubernetes cluster.</value>
    [AllowedValues(Lab, Cluster, ErrorMessage = "must be lab or cluster")]
    public string Target { get; set; } = Lab;
}
