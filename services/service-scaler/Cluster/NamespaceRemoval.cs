using k8s.Models;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Removes an experiment's namespace. Removes its Services first, block by block and many at once: the cluster's own
/// controller empties a namespace one kind of object after the other.
/// </summary>
public sealed class NamespaceRemoval(
    ExperimentNamespace namespaces, ServiceReconciler reconciler, ILogger<NamespaceRemoval> logger)
{
    /// <summary>No Services are made here, so no endpoint needs a port.</summary>
    private const int NoPort = 0;

    /// <exception cref="ApiException">The API server refused the removal.</exception>
    /// <exception cref="InvalidOperationException">The namespace does not go away.</exception>
    public async Task RunAsync(RemovalProgress progress, Action<object> report, CancellationToken token)
    {
        if (await namespaces.FindAsync(progress.ExperimentId, token) is { Metadata.DeletionTimestamp: null })
        {
            await reconciler.ReconcileAsync(
                [],
                new ServiceObjects(progress.ExperimentId, [], NoPort),
                now => report(progress with { ChangesLeft = now.Remaining }),
                token);
        }

        if (await namespaces.FindAsync(progress.ExperimentId, token) is { } there)
        {
            await namespaces.RemoveAsync(there, token);
            logger.LogInformation(
                "experiment {ExperimentId}: removed namespace {Namespace}", progress.ExperimentId, there.Metadata.Name);
        }
    }
}
