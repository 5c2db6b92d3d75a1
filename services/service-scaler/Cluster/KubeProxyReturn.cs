using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Restores kube-proxy if the experiment has changed it.</summary>
public sealed class KubeProxyReturn(KubeProxySwitch kubeProxy, ILogger<KubeProxyReturn> logger)
{
    /// <exception cref="InvalidOperationException">
    /// Its pods do not become available; the configuration is restored.
    /// </exception>
    public async Task RunAsync(RemovalProgress progress, Action<object> report, CancellationToken token)
    {
        void Report(ProxyRestart now) => report(progress with
        {
            ProxyRestart = new()
            {
                Pods = now.Pods,
                PodsRestarted = now.PodsRestarted,
                PodsAvailable = now.PodsAvailable,
            },
        });
        if (await kubeProxy.RestoreAsync(
            id => Task.FromResult(id == progress.ExperimentId), Report, token) is { } restored)
        {
            logger.Log(restored.IsExact ? LogLevel.Information : LogLevel.Warning, "{Restoration}", restored);
        }
    }
}
