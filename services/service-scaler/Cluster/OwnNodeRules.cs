using Plumbline.Contracts;
using Plumbline.Linux;
using Plumbline.Rules;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Reads the rules of one node, in its network namespace: the worker's own, where it runs in a node's.</summary>
public sealed class OwnNodeRules(NetworkNamespace node, string name) : INodeRules
{
    /// <summary>How iptables and nft end where there is no such chain or map.</summary>
    private const int NotThere = 1;

    public async Task<IReadOnlyList<NodeReading>> ReadAsync(CancellationToken token)
    {
        try
        {
            return [new NodeReading(name, NodeDataPlane.Of(await NodeRulesReader.ReadAsync(node, token)))];
        }
        catch (ToolException exception)
        {
            throw new InvalidOperationException($"the rules of node {name} cannot be read: {exception.Message}", exception);
        }
    }

    public async Task<int?> CountAsync(DataPlane dataPlane, string serviceNamespace, int wanted, CancellationToken token)
    {
        try
        {
            return await EndpointlessRules.CountAsync(node, dataPlane, serviceNamespace, token) > 0
                ? null
                : (await KernelServiceRules.ReadAsync(node, dataPlane, token)).Rules.Count(rule => rule.Namespace == serviceNamespace);
        }
        catch (ToolException exception) when (exception.ExitCode == NotThere)
        {
            return null;
        }
    }
}
