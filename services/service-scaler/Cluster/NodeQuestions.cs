using System.Globalization;
using MassTransit;
using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Asks the node-probe workers over the bus. Each reads its own node's kernel.</summary>
/// <param name="clients">Send the questions.</param>
/// <param name="patience">
/// For one answer. The default is long beside the few seconds that a node needs to read 100,000 rules.
/// </param>
public sealed class NodeQuestions(IClientFactory clients, TimeSpan? patience = null) : INodeQuestions
{
    private readonly TimeSpan _patience = patience ?? TimeSpan.FromSeconds(30);

    public async Task<IReadOnlyList<NodeDataPlaneRead>> ReadAsync(IReadOnlyList<string> nodes, CancellationToken token)
    {
        try
        {
            return await Task.WhenAll(nodes.Select(node => AskAsync<ReadNodeDataPlane, NodeDataPlaneRead>(
                node, new ReadNodeDataPlane { Node = node }, token)));
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
            return (await clients.CreateRequestClient<TQuestion>(_patience)
                .GetResponse<TAnswer>(question, token)).Message;
        }
        catch (RequestTimeoutException)
        {
            string seconds = _patience.TotalSeconds.ToString("F0", CultureInfo.InvariantCulture);
            throw new InvalidOperationException(
                $"node {node}: no node-probe answered within {seconds} s: does its pod run there, "
                + $"with PLUMBLINE_PROBE__NODE={node}?");
        }
        catch (RequestFaultException exception)
        {
            string reason = exception.Fault?.Exceptions.FirstOrDefault()?.Message ?? exception.Message;
            throw new InvalidOperationException($"node {node}: {reason}", exception);
        }
    }
}
