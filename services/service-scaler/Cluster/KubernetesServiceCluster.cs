using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Makes Services in a Kubernetes cluster, in a namespace of the experiment's own, where kube-proxy turns them into
/// rules. May be killed at any moment: the next call reads the cluster's state and continues from it.
/// </summary>
public sealed class KubernetesServiceCluster(
    LeasedStep steps, ExperimentRemoval removal, StepNote note) : IServiceCluster
{
    public Task<ServicesScaled?> FindCompleteAsync(Guid experimentId, CancellationToken token) =>
        note.FindAsync(experimentId, token);

    /// <exception cref="ClusterRefusedException">
    /// The cluster cannot be used for this step; nothing was created.
    /// </exception>
    public Task<ServicesScaled> ScaleAsync(ScaleStep step, CancellationToken token) => steps.RunAsync(step, token);

    public Task RemoveAsync(RemoveServices remove, CancellationToken token) => removal.RunAsync(remove, token);
}
