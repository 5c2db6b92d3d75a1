using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Switches kube-proxy to a step's mode, and waits until every node's kernel has only that mode's rules. kube-proxy
/// removes the other mode's rules when it starts (cmd/kube-proxy/app/server_linux.go, platformCleanup), and writes its
/// own later.
/// </summary>
public sealed class ProxyModeSwitch(
    KubeProxySwitch kubeProxy, INodeQuestions nodes, ProxyModeAwaiter awaiter, ILogger<ProxyModeSwitch> logger)
{
    /// <returns>The nodes' data planes after the switch.</returns>
    /// <exception cref="ClusterRefusedException">
    /// kube-proxy cannot be switched here, or the nodes' rules do not change.
    /// </exception>
    public async Task<IReadOnlyList<NodeDataPlaneRead>> SwitchAsync(
        ScaleStep step, ProxyMode mode, Action<ProxySwitchProgress> report, CancellationToken token)
    {
        if (!await kubeProxy.IsChangedAsync(token))
        {
            await RefuseOtherDialectAsync(step, token);
        }

        ProxySwitchProgress progress = new() { Mode = mode };
        await kubeProxy.SwitchAsync(
            step.ExperimentId,
            mode,
            restart => report(
                progress = progress with { Pods = restart.Pods, PodsRestarted = restart.PodsRestarted }),
            token);
        logger.LogInformation(
            "experiment {ExperimentId} step {Step}: every kube-proxy is configured for {Mode}",
            step.ExperimentId,
            step.Step,
            mode.WireName());
        return await awaiter.AwaitAsync(
            step.Nodes, mode, inMode => report(progress with { NodesInMode = inMode }), token);
    }

    /// <summary>Only before kube-proxy is changed: afterwards nodes may be between two modes.</summary>
    private async Task RefuseOtherDialectAsync(ScaleStep step, CancellationToken token)
    {
        IReadOnlyList<NodeDataPlaneRead> before = await nodes.ReadAsync(step.Nodes, token);
        DataPlaneChoice.Choose(
            before,
            DataPlaneChoice.OfMode(before[0].DataPlane?.Mode(), step.AllDataPlanes ?? step.DataPlanes),
            step.NftablesDialect);
    }
}
