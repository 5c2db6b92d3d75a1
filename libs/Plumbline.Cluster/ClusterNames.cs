namespace Plumbline.Cluster;

/// <summary>
/// Names and labels of everything that Plumbline creates in a cluster. By them its objects are found when their creator
/// is gone.
/// </summary>
public static class ClusterNames
{
    /// <summary>On every object. Its value is the experiment's id.</summary>
    public const string ExperimentLabel = "plumbline/experiment";

    /// <summary>On Services and EndpointSlices: one request removes a whole block.</summary>
    public const string BlockLabel = "plumbline/block";

    public const string ManagedByLabel = "app.kubernetes.io/managed-by";
    public const string ManagedBy = "plumbline";

    /// <summary>On an EndpointSlice: its Service.</summary>
    public const string ServiceNameLabel = "kubernetes.io/service-name";

    /// <summary>On an EndpointSlice: keeps the cluster's own controllers away from it.</summary>
    public const string SliceManagedByLabel = "endpointslice.kubernetes.io/managed-by";

    /// <summary>On the namespace: the step that is set up there, complete.</summary>
    public const string CompleteStepAnnotation = "plumbline/complete-step";

    /// <summary>
    /// The Lease whose holder has the cluster. There is one for all pipelines, so it is in a namespace that every
    /// cluster has.
    /// </summary>
    public const string LeaseNamespace = "kube-system";
    public const string LeaseName = "plumbline";

    /// <summary>In kube-system, while an experiment has kube-proxy's configuration changed: the original.</summary>
    public const string KubeProxyOriginalName = "plumbline-kube-proxy-original";

    /// <summary>On the template of kube-proxy's pods: the reason for their restart.</summary>
    public const string RestartedForAnnotation = "plumbline/restarted-for";

    /// <summary>
    /// The experiment's own namespace. An experiment changes nothing outside it, except kube-proxy's mode when it asks
    /// for that.
    /// </summary>
    public static string Namespace(Guid experimentId) => $"plumbline-{experimentId:N}";

    /// <summary>Selects the experiment's objects.</summary>
    public static string Selector(Guid experimentId) => $"{ExperimentLabel}={experimentId:N}";

    public static Dictionary<string, string> Labels(Guid experimentId) => new()
    {
        [ManagedByLabel] = ManagedBy,
        [ExperimentLabel] = experimentId.ToString("N"),
    };
}
