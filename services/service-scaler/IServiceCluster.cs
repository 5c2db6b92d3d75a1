using Plumbline.Contracts;

namespace Plumbline.ServiceScaler;

/// <summary>Who makes Services exist: the lab writes their rules itself; a Kubernetes cluster has kube-proxy for that.</summary>
public interface IServiceCluster
{
    /// <summary>The step of the experiment that stands complete, also when an earlier life of this worker has set it up; null when none does.</summary>
    Task<ServicesScaled?> FindStandingAsync(Guid experimentId, CancellationToken token);

    /// <summary>
    /// Brings every data plane of the step to exactly the step's number of Services, and returns once their rules are in the
    /// kernel, read back and counted. May be called again for the same step, also by the next life of this worker after a kill.
    /// </summary>
    Task<ServicesScaled> ScaleAsync(ScaleStep step, CancellationToken token);

    /// <summary>Removes everything that was created for the experiment; nothing there is fine.</summary>
    Task RemoveAsync(RemoveServices remove, CancellationToken token);
}
