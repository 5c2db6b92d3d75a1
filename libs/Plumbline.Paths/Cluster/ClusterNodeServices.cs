using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Plumbline.Linux;

namespace Plumbline.Paths.Cluster;

public static class ClusterNodeServices
{
    /// <summary>
    /// Registers what a worker needs to measure on the cluster's node in whose network namespace it runs.
    /// </summary>
    /// <param name="roles">The roles of the worker's entries (see <see cref="PodEntry"/>). Trials use the
    /// first.</param>
    /// <param name="kubeProxyPort">The port of kube-proxy's metrics on the node's loopback.</param>
    public static void AddClusterNode(
        this IServiceCollection services, string node, string roles, Func<IServiceProvider, int> kubeProxyPort)
    {
        services.AddSingleton(new WorkerNode(node));
        services.AddSingleton(provider =>
            new KubeProxyMetrics(NetworkNamespace.Own, new IPEndPoint(IPAddress.Loopback, kubeProxyPort(provider))));
        services.AddSingleton<INodeAccess>(provider =>
            new ClusterNodeAccess(NetworkNamespace.Own, roles[0], provider.GetRequiredService<KubeProxyMetrics>()));
        services.AddHostedService(provider =>
            new EntrySweep(node, roles, provider.GetRequiredService<ILogger<EntrySweep>>()));
    }

    /// <summary>Removes, before anything is measured, what an earlier life of the worker left on the node.</summary>
    private sealed class EntrySweep(string node, string roles, ILogger<EntrySweep> logger) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            foreach (char role in roles)
            {
                foreach (string name in await PodEntry.SweepAsync(NetworkNamespace.Own, node, role))
                {
                    logger.LogWarning("removed {Namespace}, which an earlier life of this worker left", name);
                }
            }
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
