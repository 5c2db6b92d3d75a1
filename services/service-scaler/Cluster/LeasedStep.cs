using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Sets up a step while the experiment holds the cluster, and notes the step when it is complete.</summary>
public sealed class LeasedStep(StepPermissions permissions, LeaseKeeper lease, StepSetup setup, StepNote note)
{
    /// <exception cref="ClusterRefusedException">
    /// The cluster cannot be used for this step, or another experiment has taken it.
    /// </exception>
    public async Task<ServicesScaled> RunAsync(ScaleStep step, CancellationToken token)
    {
        await permissions.RequireAsync(step, token);
        CancellationToken lost = await lease.TakeAsync(step, token);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(token, lost);
        try
        {
            ServicesScaled scaled = await setup.RunAsync(step, either.Token);
            await lease.EnsureStillHeldAsync(step.ExperimentId, either.Token);
            await note.KeepAsync(scaled, either.Token);
            return scaled;
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested && !token.IsCancellationRequested)
        {
            throw new ClusterRefusedException(
                "another experiment took over the cluster while this one was being set up");
        }
    }
}
