namespace Plumbline.Cluster;

/// <summary>How all that Plumbline makes in a cluster is named and labelled, so that it is found without whoever made it.</summary>
public static class ClusterNames
{
    /// <summary>On every object; its value is the experiment's id.</summary>
    public const string ExperimentLabel = "plumbline/experiment";

    /// <summary>On Services and EndpointSlices: those of one block are removed by one request.</summary>
    public const string BlockLabel = "plumbline/block";

    public const string ManagedByLabel = "app.kubernetes.io/managed-by";
    public const string ManagedBy = "plumbline";

    /// <summary>On an EndpointSlice: which Service's it is.</summary>
    public const string ServiceNameLabel = "kubernetes.io/service-name";

    /// <summary>On an EndpointSlice: the cluster's own controllers leave those of others alone.</summary>
    public const string SliceManagedByLabel = "endpointslice.kubernetes.io/managed-by";

    /// <summary>On the namespace: the step that stands there, complete.</summary>
    public const string StandingAnnotation = "plumbline/standing-step";

    /// <summary>The Lease whose holder has the cluster: one for all, so it lies where every cluster has a namespace.</summary>
    public const string LeaseNamespace = "kube-system";
    public const string LeaseName = "plumbline";

    /// <summary>In kube-system: what kube-proxy's configuration was, while an experiment has it changed.</summary>
    public const string KubeProxyOriginalName = "plumbline-kube-proxy-original";

    /// <summary>On the template of kube-proxy's pods: why they were restarted.</summary>
    public const string RestartedForAnnotation = "plumbline/restarted-for";

    /// <summary>The namespace of the experiment's own; nothing outside it is changed for the experiment, but kube-proxy's mode where that is asked for.</summary>
    public static string Namespace(Guid experimentId) => $"plumbline-{experimentId:N}";

    /// <summary>Selects what belongs to the experiment.</summary>
    public static string Selector(Guid experimentId) => $"{ExperimentLabel}={experimentId:N}";

    public static Dictionary<string, string> Labels(Guid experimentId) => new()
    {
        [ManagedByLabel] = ManagedBy,
        [ExperimentLabel] = experimentId.ToString("N"),
    };
}
