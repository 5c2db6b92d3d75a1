using k8s;

namespace Plumbline.Manifests.Tests;

/// <summary>An object that makes pods.</summary>
/// <param name="Selector">Selects its pods; null for a Job, for which the cluster makes one.</param>
internal sealed record Workload(
    string Kind, V1ObjectMeta Metadata, V1PodTemplateSpec Template, V1LabelSelector? Selector)
{
    public string Name => Metadata.Name;

    public string Namespace => Metadata.NamespaceProperty;

    public V1PodSpec Pod => Template.Spec;

    public V1Container Container => Assert.Single(Pod.Containers);

    public bool IsProbe => Kind == V1DaemonSet.KubeKind;

    /// <summary>Whether its image is Plumbline's.</summary>
    public bool IsOurs => Container.Image.Contains("plumbline/", StringComparison.Ordinal);

    public IEnumerable<V1Volume> Volumes => Pod.Volumes ?? [];

    /// <summary>Null for an object that makes no pods.</summary>
    public static Workload? Of(IKubernetesObject<V1ObjectMeta> each) => each switch
    {
        V1Deployment deployment =>
            new(V1Deployment.KubeKind, deployment.Metadata, deployment.Spec.Template, deployment.Spec.Selector),
        V1StatefulSet set => new(V1StatefulSet.KubeKind, set.Metadata, set.Spec.Template, set.Spec.Selector),
        V1DaemonSet set => new(V1DaemonSet.KubeKind, set.Metadata, set.Spec.Template, set.Spec.Selector),
        V1Job job => new(V1Job.KubeKind, job.Metadata, job.Spec.Template, null),
        _ => null,
    };

    public override string ToString() => $"{Kind} {Namespace}/{Name}";
}
