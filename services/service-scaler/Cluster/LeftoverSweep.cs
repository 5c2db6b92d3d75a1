using Microsoft.Extensions.Logging;
using Plumbline.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Removes what experiments have left in the cluster, except the one that holds the Lease, and logs it.
/// </summary>
public sealed class LeftoverSweep(Leftovers leftovers, ILogger<LeftoverSweep> logger)
{
    /// <returns>Names of the namespaces.</returns>
    public Task<IReadOnlyList<string>> RunAsync(CancellationToken token) => leftovers.RemoveAsync(
        name => logger.LogWarning("removed namespace {Namespace}, a leftover of an earlier experiment", name),
        restored => logger.LogWarning("{Restoration}; that experiment had left it changed", restored),
        token);
}
