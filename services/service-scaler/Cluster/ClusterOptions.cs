using System.ComponentModel.DataAnnotations;
using Plumbline.Cluster;
using Plumbline.Hosting;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Which cluster, and what there is in it: PLUMBLINE_CLUSTER__….</summary>
public sealed class ClusterOptions
{
    public const string Section = "Cluster";

    /// <value>Path of a kubeconfig; empty: the pod's own account, or outside a pod the user's kubeconfig.</value>
    [ReadableFile]
    [NamesCluster]
    public string KubeConfig { get; set; } = "";

    /// <value>Name of this pipeline among those that share the cluster; empty: the pod's namespace, or outside a pod the host's name.</value>
    [RegularExpression("^[A-Za-z0-9._-]*$", ErrorMessage = "may have letters, digits, '.', '_' and '-'")]
    [StringLength(100, ErrorMessage = "must have at most 100 characters")]
    public string Pipeline { get; set; } = "";

    /// <value>Namespace of the echo worker's pods; empty: the pod's own, or <c>plumbline</c>.</value>
    public string EchoNamespace { get; set; } = "";

    /// <value>Selects the echo worker's pods.</value>
    [MustBeSet]
    public string EchoSelector { get; set; } = "app.kubernetes.io/name=echo-worker";

    /// <value>Port on which they answer.</value>
    [Within(1, 65_535)]
    public int EchoPort { get; set; } = 7001;

    /// <value>Name of the node that this worker runs on, for messages; empty: the host's name.</value>
    public string NodeName { get; set; } = "";
}

/// <summary>Path of a kubeconfig that names a cluster; an empty path, or one that cannot be read, is not looked at here.</summary>
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
