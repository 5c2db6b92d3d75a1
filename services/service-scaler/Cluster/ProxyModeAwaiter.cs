using System.Globalization;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Waits until every node's kernel has only the rules of one kube-proxy mode.</summary>
public sealed class ProxyModeAwaiter(INodeQuestions nodes, TimeProvider clock, RulesPatience patience)
{
    /// <param name="names">The nodes.</param>
    /// <param name="mode">The mode that kube-proxy was switched to.</param>
    /// <param name="report">Called with the number of nodes that have its rules alone.</param>
    /// <param name="token">Ends the wait.</param>
    /// <exception cref="ClusterRefusedException">A node has had another mode's rules for too long.</exception>
    public async Task<IReadOnlyList<NodeDataPlaneRead>> AwaitAsync(
        IReadOnlyList<string> names, ProxyMode mode, Action<int> report, CancellationToken token)
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
                string seconds = patience.Standstill.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
                throw new ClusterRefusedException(
                    $"kube-proxy was switched to {mode.WireName()} and restarted, but for {seconds} s nothing has "
                    + "changed: "
                    + $"{problem}; see the logs of its pods");
            }

            await Task.Delay(patience.LongestPause, clock, token);
        }
    }

    /// <summary>
    /// A node that does not answer is a problem that may pass: it may reach the broker through a Service.
    /// </summary>
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

    private static bool IsIn(ProxyMode mode, NodeDataPlaneRead node) =>
        node.Refusal is null && node.DataPlane?.Mode() == mode;

    private static string Problem(NodeDataPlaneRead node) =>
        $"node {node.Node}: {node.Refusal ?? $"its rules are {node.DataPlane?.WireName()}"}";
}
