using System.Globalization;
using Plumbline.Contracts;
using Plumbline.Paths.Cluster;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Waits until kube-proxy has made the rules of all Services on a node and removed those of deleted Services, and until
/// an endpoint answers through the newest Service.
/// </summary>
public sealed class RulesAwaiter(INodeQuestions nodes, TimeProvider clock, RulesPatience patience)
{
    /// <summary>Pauses grow, because each look slows kube-proxy down a little.</summary>
    private const double Growth = 1.5;

    /// <param name="question">The node, and the rules that it should have.</param>
    /// <param name="report">Called with the number of rules that the node has.</param>
    /// <param name="token">Ends the wait.</param>
    /// <returns>The node's rules when they were complete.</returns>
    /// <exception cref="InvalidOperationException">
    /// The rules have stopped changing before they were complete.
    /// </exception>
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

    /// <summary>A node-probe may be restarting. Then the count is unknown, and the wait goes on.</summary>
    private async Task<(NodeRulesCounted There, string? Silence)> AskAsync(
        CountNodeRules question, CancellationToken token)
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

    private string Standstill(CountNodeRules question, NodeRulesCounted there)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        string seconds = patience.Standstill.TotalSeconds.ToString("F0", culture);
        string wanted = question.Wanted.ToString("N0", culture);
        return there.Rules == question.Wanted
            ? $"node {question.Node.Name} has all {wanted} rules, but for {seconds} s nothing has answered through "
                + "the "
                + $"newest Service, {question.Newest!.Ip}:{question.Newest.Port}: can pods of that node reach the "
                + "echo worker, "
                + $"and is its source prefix {question.Node.SourcePrefix} routed back to it?"
            : $"node {question.Node.Name} has {(there.Rules ?? 0).ToString("N0", culture)} of {wanted} rules of "
                + "namespace "
                + $"{question.Node.ServiceNamespace}, and for {seconds} s that has not changed: does kube-proxy run "
                + "there?";
    }
}
