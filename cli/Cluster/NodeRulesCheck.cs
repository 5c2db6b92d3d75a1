using System.Globalization;
using Plumbline.Cli.Pipeline;
using Plumbline.Cli.Watching;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.NodeProbe;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cli.Cluster;

/// <summary>What kube-proxy has made of the Services in each node's kernel, as the node probes read it: what is measured, whatever kube-proxy was told.</summary>
internal sealed class NodeRulesCheck(ApiServer api) : IClusterCheck
{
    public string What => "rules";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        string[] nodes =
        [
            .. (await WorkersCheck.PodsOfAsync(api, "node-probe", token)).Where(ClusterPods.IsReady).Select(pod => pod.Spec.NodeName).OfType<string>().Distinct().Order(StringComparer.Ordinal),
        ];
        if (nodes.Length == 0)
        {
            return [new Finding(What, FindingLevel.Absent, "no node probe is ready that could read its node's")];
        }

        BrokerOptions broker = PipelineSettings.ReadBroker();
        try
        {
            // The bus would try again and again before it says why.
            await using SchedulerClient client = new(broker);
            await client.DemandBrokerAsync();
            await using WatchingBus bus = await WatchingBus.StartAsync(broker, new ExperimentEvents());
            NodeQuestions probes = new(bus.Clients);
            return await Task.WhenAll(nodes.Select(node => AskAsync(probes, node, token)));
        }
        catch (UserException)
        {
            return [new Finding(What, FindingLevel.Absent, "not seen: node probes are asked by way of the broker, which cannot be used from here")];
        }
    }

    private static async Task<Finding> AskAsync(NodeQuestions probes, string node, CancellationToken token)
    {
        string what = $"rules of {node}";
        try
        {
            return Told(what, (await probes.ReadAsync([node], token))[0]);
        }
        catch (ClusterRefusedException exception)
        {
            return new Finding(what, FindingLevel.Limited, exception.Message, $"kubectl -n plumbline-probes logs daemonset/node-probe tells more, or leave {node} out of nodes");
        }
    }

    private static Finding Told(string what, NodeDataPlaneRead read)
    {
        string leftovers = read.Leftovers.Count == 0 ? "" : $"; chains without Services are left of {string.Join(" and ", read.Leftovers.Select(each => each.WireName()))}";
        string said = read.KubeProxy is { } kubeProxy ? $"; kube-proxy {kubeProxy.Version} there says {kubeProxy.Mode}" : "; kube-proxy's metrics port does not answer there";
        if (read.DataPlane is not { } dataPlane)
        {
            return new Finding(what, FindingLevel.Limited, $"{read.Refusal}{leftovers}{said}", $"leave {read.Node} out of nodes");
        }

        string dialect = read.Dialect is { } known ? $" (as of {known.WireName()})" : "";
        string detail = string.Create(CultureInfo.InvariantCulture, $"{dataPlane.WireName()}{dialect}, {read.Rules:N0} Service rules{leftovers}{said}");
        return read.KubeProxy?.Mode is { } mode && mode != ModeOf(dataPlane)
            ? new Finding(what, FindingLevel.Limited, detail, "what is in the kernel is measured; wait, if kube-proxy is just being switched")
            : new Finding(what, FindingLevel.Good, detail);
    }

    private static string ModeOf(DataPlane dataPlane) => dataPlane == DataPlane.Nftables ? "nftables" : "iptables";
}
