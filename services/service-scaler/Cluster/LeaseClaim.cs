using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Takes the Lease in this pipeline's name, and reports when it must wait to see whether the holder is alive.
/// </summary>
public sealed class LeaseClaim(
    ClusterLease lease, ClusterSettings settings, ProgressReports reports, ILogger<LeaseClaim> logger)
{
    public LeaseHolder HolderOf(Guid experimentId) => new(settings.Pipeline, experimentId);

    /// <summary>The experiment of this pipeline that holds the cluster; null when there is none.</summary>
    public async Task<LeaseHolder?> FindOwnAsync(CancellationToken token) =>
        await lease.HolderAsync(token) is { } holder && holder.Pipeline == settings.Pipeline ? holder : null;

    /// <exception cref="ClusterRefusedException">A living experiment holds the cluster.</exception>
    public async Task<LeaseHolder> TakeAsync(ScaleStep step, CancellationToken token)
    {
        LeaseHolder holder = HolderOf(step.ExperimentId);
        string? refusal = await reports.DuringAsync(
            report => lease.TakeAsync(
                holder,
                held =>
                {
                    logger.LogInformation(
                        "{Holder} holds the cluster; waiting up to {Seconds:F0} s for it to renew its Lease",
                        held.Name,
                        held.Duration.TotalSeconds);
                    report(StepProgress.Of(step) with { WaitsFor = held.Name });
                },
                token),
            token);
        return refusal is null ? holder : throw new ClusterRefusedException(refusal);
    }
}
