using Plumbline.Contracts;

namespace Plumbline.ServiceScaler;

/// <summary>
/// Makes Services exist. The lab writes their rules itself; in a Kubernetes cluster kube-proxy writes them.
/// </summary>
public interface IServiceCluster
{
    /// <summary>
    /// The experiment's step that is set up and complete, also when this worker set it up before a restart; null when
    /// there is none.
    /// </summary>
    Task<ServicesScaled?> FindCompleteAsync(Guid experimentId, CancellationToken token);

    /// <summary>
    /// Gives every data plane of the step exactly the step's number of Services. Returns once their rules are in the
    /// kernel, read back and counted. May be called again for the same step, also after this worker was killed and
    /// restarted.
    /// </summary>
    Task<ServicesScaled> ScaleAsync(ScaleStep step, CancellationToken token);

    /// <summary>Removes everything that was created for the experiment. Succeeds when there is nothing.</summary>
    Task RemoveAsync(RemoveServices remove, CancellationToken token);
}
