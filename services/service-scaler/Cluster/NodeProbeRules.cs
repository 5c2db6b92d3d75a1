using MassTransit;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Asks the node probes, each of which reads the kernel of its node.</summary>
/// <param name="patience">With an answer; null for one that reading 100,000 rules, which takes a few seconds, is short beside.</param>
public sealed class NodeProbeRules(IClientFactory clients, TimeSpan? patience = null) : INodeRules
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<NodeDataPlaneRead>> ReadAsync(IReadOnlyList<string> nodes, CancellationToken token)
    {
        try
        {
            return await Task.WhenAll(nodes.Select(node => AskAsync<ReadNodeDataPlane, NodeDataPlaneRead>(node, new ReadNodeDataPlane { Node = node }, token)));
        }
        catch (InvalidOperationException exception)
        {
            throw new ClusterRefusedException(exception.Message);
        }
    }

    public Task<NodeRulesCounted> CountAsync(CountNodeRules question, CancellationToken token) =>
        AskAsync<CountNodeRules, NodeRulesCounted>(question.Node.Name, question, token);

    private async Task<TAnswer> AskAsync<TQuestion, TAnswer>(string node, TQuestion question, CancellationToken token)
        where TQuestion : class
        where TAnswer : class
    {
        try
        {
            return (await clients.CreateRequestClient<TQuestion>(_patience).GetResponse<TAnswer>(question, token)).Message;
        }
        catch (RequestTimeoutException)
        {
            throw new InvalidOperationException($"node {node}: no node probe answers there within {_patience.TotalSeconds:F0} s: does its pod run, with PLUMBLINE_PROBE__NODE={node}?");
        }
        catch (RequestFaultException exception)
        {
            throw new InvalidOperationException($"node {node}: {exception.Fault?.Exceptions.FirstOrDefault()?.Message ?? exception.Message}", exception);
        }
    }
}
