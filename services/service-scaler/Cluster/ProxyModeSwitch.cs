using Plumbline.DataPlanes;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Has kube-proxy in the mode of a step, and every node's kernel with that mode's rules alone: kube-proxy removes the other mode's when
/// it starts (cmd/kube-proxy/app/server_linux.go, platformCleanup), and writes its own a while later.
/// </summary>
public sealed class ProxyModeSwitch(ApiServer api, INodeRules nodes, TimeProvider clock, RulesPatience patience, ILogger<ProxyModeSwitch> logger)
{
    private readonly KubeProxySwitch _kubeProxy = new(api);

    /// <returns>The nodes as they are then.</returns>
    /// <exception cref="ClusterRefusedException">kube-proxy is not to be switched here, or the nodes do not follow.</exception>
    public async Task<IReadOnlyList<NodeDataPlaneRead>> SwitchAsync(ScaleStep step, ProxyMode mode, Action<ProxySwitchProgress> report, CancellationToken token)
    {
        if (!await _kubeProxy.IsChangedAsync(token))
        {
            // Before anything is changed. Once it is, nodes may be between the modes.
            IReadOnlyList<NodeDataPlaneRead> before = await nodes.ReadAsync(step.Nodes, token);
            NodePlane.Choose(before, NodePlane.OfMode(before[0].DataPlane?.Mode(), step.AllDataPlanes ?? step.DataPlanes), step.NftablesDialect);
        }

        ProxySwitchProgress progress = new() { Mode = mode };
        await _kubeProxy.SwitchAsync(
            step.ExperimentId, mode, restart => report(progress = progress with { Pods = restart.Pods, PodsRestarted = restart.PodsRestarted }), token);
        logger.LogInformation("experiment {ExperimentId} step {Step}: every kube-proxy is configured for {Mode}", step.ExperimentId, step.Step, mode.WireName());
        return await AwaitNodesAsync(step.Nodes, mode, inMode => report(progress with { NodesInMode = inMode }), token);
    }

    private async Task<IReadOnlyList<NodeDataPlaneRead>> AwaitNodesAsync(IReadOnlyList<string> names, ProxyMode mode, Action<int> report, CancellationToken token)
    {
        string last = "";
        long changedAt = clock.GetTimestamp();
        while (true)
        {
            (IReadOnlyList<NodeDataPlaneRead> readings, string problem) = await LookAsync(names, mode, token);
            report(readings.Count(each => IsIn(mode, each)));
            if (problem.Length == 0)
            {
                return readings;
            }

            (changedAt, last) = problem != last ? (clock.GetTimestamp(), problem) : (changedAt, last);
            if (clock.GetElapsedTime(changedAt) > patience.Standstill)
            {
                throw new ClusterRefusedException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"kube-proxy was switched to {mode.WireName()} and restarted, but {problem}, which has not changed for {patience.Standstill.TotalSeconds:F0} s: see the logs of its pods"));
            }

            await Task.Delay(patience.LongestPause, clock, token);
        }
    }

    /// <summary>A probe that cannot be asked is a problem too, and may pass: it may reach the broker through a Service.</summary>
    private async Task<(IReadOnlyList<NodeDataPlaneRead> Readings, string Problem)> LookAsync(
        IReadOnlyList<string> names, ProxyMode mode, CancellationToken token)
    {
        try
        {
            IReadOnlyList<NodeDataPlaneRead> readings = await nodes.ReadAsync(names, token);
            return (readings, readings.FirstOrDefault(each => !IsIn(mode, each)) is { } other ? Problem(other) : "");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ClusterRefusedException)
        {
            return ([], exception.Message);
        }
    }

    private static bool IsIn(ProxyMode mode, NodeDataPlaneRead node) => node.Refusal is null && node.DataPlane?.Mode() == mode;

    private static string Problem(NodeDataPlaneRead node) => $"node {node.Node}: {node.Refusal ?? $"its rules are those of {node.DataPlane?.WireName()}"}";
}
