using System.Globalization;
using Plumbline.Cli.Pipeline;
using Plumbline.Cli.Watching;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Hosting;
using Plumbline.NodeProbe;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cli.Cluster;

/// <summary>
/// Checks kube-proxy's rules in each node's kernel, as the node probes read them. An experiment measures these rules,
/// whatever mode kube-proxy is set to.
/// </summary>
internal sealed class NodeRulesCheck(ApiServer api) : IClusterCheck
{
    public string What => "rules";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        string[] nodes =
        [
            .. (await WorkersCheck.PodsOfAsync(api, "node-probe", token))
                .Where(ClusterPods.IsReady)
                .Select(pod => pod.Spec.NodeName)
                .OfType<string>()
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        if (nodes.Length == 0)
        {
            return [new Finding(What, FindingLevel.Absent, "no node probe is ready to read them")];
        }

        BrokerOptions broker = PipelineSettings.ReadBroker();
        try
        {
            // The bus retries for a long time before it reports why.
            await using SchedulerClient client = new(broker);
            await client.DemandBrokerAsync();
            await using WatchingBus bus = await WatchingBus.StartAsync(broker, new ExperimentEvents());
            NodeQuestions probes = new(bus.Clients);
            return await Task.WhenAll(nodes.Select(node => AskAsync(probes, node, token)));
        }
        catch (UserException)
        {
            const string detail = "not read: this machine cannot reach the broker, through which node probes answer";
            return [new Finding(What, FindingLevel.Absent, detail)];
        }
    }

    private static async Task<Finding> AskAsync(NodeQuestions probes, string node, CancellationToken token)
    {
        string what = $"rules of {node}";
        try
        {
            return Judge(what, (await probes.ReadAsync([node], token))[0]);
        }
        catch (ClusterRefusedException exception)
        {
            return new Finding(
                what,
                FindingLevel.Limited,
                exception.Message,
                $"see kubectl -n plumbline-probes logs daemonset/node-probe, or leave {node} out of nodes");
        }
    }

    private static Finding Judge(string what, NodeDataPlaneRead read)
    {
        string suffix = DataPlaneText.Leftovers(read.Leftovers) + (read.KubeProxy is { } kubeProxy
            ? $"; kube-proxy {kubeProxy.Version} reports mode {kubeProxy.Mode}"
            : "; kube-proxy's metrics port does not answer");
        if (read.DataPlane is not { } dataPlane)
        {
            return new Finding(what, FindingLevel.Limited, read.Refusal + suffix, $"leave {read.Node} out of nodes");
        }

        string detail = DataPlaneText.Rules(dataPlane, read.Dialect, read.Rules) + suffix;
        return read.KubeProxy?.Mode is { } mode && mode != dataPlane.Mode()?.WireName()
            ? new Finding(
                what,
                FindingLevel.Limited,
                detail,
                "an experiment measures the rules in the kernel; if kube-proxy is switching its mode, wait")
            : new Finding(what, FindingLevel.Good, detail);
    }
}
