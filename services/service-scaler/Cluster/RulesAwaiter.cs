using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Waits until kube-proxy has made rules of all Services on a node, and has removed those of Services that are gone, and an endpoint answers
/// through the newest of them.
/// </summary>
public sealed class RulesAwaiter(INodeRules nodes, TimeProvider clock, RulesPatience patience)
{
    /// <summary>Seldom enough not to slow kube-proxy down by reading.</summary>
    private const double Growth = 1.5;

    /// <param name="report">Called with the rules that are there.</param>
    /// <returns>The node's rules when all was there.</returns>
    /// <exception cref="InvalidOperationException">The rules have stopped coming.</exception>
    public async Task<NodeRulesCounted> AwaitAsync(CountNodeRules question, Action<int> report, CancellationToken token)
    {
        TimeSpan pause = patience.FirstPause;
        int? last = null;
        long changedAt = clock.GetTimestamp();
        while (true)
        {
            (NodeRulesCounted there, string? silence) = await AskAsync(question, token);
            report(there.Rules ?? 0);
            if (there.Rules == question.Wanted && there.IsNewestAnswered != false)
            {
                return there;
            }

            (changedAt, last) = there.Rules != last ? (clock.GetTimestamp(), there.Rules) : (changedAt, last);
            if (clock.GetElapsedTime(changedAt) > patience.Standstill)
            {
                throw new InvalidOperationException(silence ?? Standstill(question, there));
            }

            await Task.Delay(pause, clock, token);
            pause = pause * Growth < patience.LongestPause ? pause * Growth : patience.LongestPause;
        }
    }

    /// <summary>A probe may be restarted meanwhile: then nothing is known, which is no end yet.</summary>
    private async Task<(NodeRulesCounted There, string? Silence)> AskAsync(CountNodeRules question, CancellationToken token)
    {
        try
        {
            return (await nodes.CountAsync(question, token), null);
        }
        catch (InvalidOperationException exception)
        {
            return (new NodeRulesCounted { Node = question.Node.Name }, exception.Message);
        }
    }

    private string Standstill(CountNodeRules question, NodeRulesCounted there) => there.Rules == question.Wanted
        ? string.Create(
            CultureInfo.InvariantCulture,
            $"node {question.Node.Name} has all {question.Wanted:N0} rules, but nobody answers through the newest Service, {question.Newest!.Ip}:{question.Newest.Port}, for {patience.Standstill.TotalSeconds:F0} s: can pods of that node reach the echo worker, and is its source prefix {question.Node.SourcePrefix} routed back to it?")
        : string.Create(
            CultureInfo.InvariantCulture,
            $"the rules of node {question.Node.Name} hold {there.Rules ?? 0:N0} of {question.Wanted:N0} rules of namespace {question.Node.ServiceNamespace} and have not changed for {patience.Standstill.TotalSeconds:F0} s: does kube-proxy run there?");
}
