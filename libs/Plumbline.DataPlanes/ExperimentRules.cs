using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>Service rules of an experiment's namespace in a node's kernel.</summary>
/// <param name="Own">
/// Null while they cannot be read, as when kube-proxy rewrites its tables, and while packets to some are refused.
/// </param>
/// <param name="All">Service rules of all namespaces.</param>
public sealed record ExperimentRules(int? Own, int All)
{
    /// <summary>Reads them as they are now. Changes nothing.</summary>
    /// <exception cref="ToolException">The tool is missing or failed; a lack of such rules is no failure.</exception>
    public static Task<ExperimentRules> ReadAsync(
        NetworkNamespace node, IDataPlane plane, string serviceNamespace, CancellationToken token) =>
        NotThere.OrAsync(
            async () =>
            {
                // A Service without endpoints means that kube-proxy is not done: it has yet to see either the Service's
                // endpoints or its removal.
                bool areRefused = await plane.CountRefusingAsync(node, serviceNamespace, token) > 0;
                ServiceRuleSet rules = await plane.ReadAsync(node, token);
                int own = rules.Rules.Count(rule => rule.Namespace == serviceNamespace);
                return new ExperimentRules(areRefused ? null : own, rules.Count);
            },
            new ExperimentRules(null, 0));
}
