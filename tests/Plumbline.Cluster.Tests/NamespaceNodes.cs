using Plumbline.DataPlanes;
using Plumbline.ServiceScaler.Cluster;

namespace Plumbline.Cluster.Tests;

/// <summary>
/// The rules of nodes that are network namespaces, read as node-probe reads them. The newest Service is not tried.
/// </summary>
internal sealed class NamespaceNodes(IReadOnlyList<KubeNode> nodes) : INodeQuestions
{
    public async Task<IReadOnlyList<NodeDataPlaneRead>> ReadAsync(
        IReadOnlyList<string> names, CancellationToken token) =>
        await Task.WhenAll(
            names.Select(
                async name => KubeProxyStandIn.Reading(name, await DataPlaneDetector.ReadAsync(Of(name), token))));

    public async Task<NodeRulesCounted> CountAsync(CountNodeRules question, CancellationToken token)
    {
        ExperimentRules rules = await ExperimentRules.ReadAsync(
            Of(question.Node.Name),
            KnownDataPlanes.Of(question.DataPlane),
            question.Node.ServiceNamespace,
            token);
        return new NodeRulesCounted { Node = question.Node.Name, Rules = rules.Own, AllRules = rules.All };
    }

    private Linux.NetworkNamespace Of(string name) => nodes.Single(each => each.Name == name).Namespace;
}
