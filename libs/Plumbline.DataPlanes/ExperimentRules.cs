using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>Service rules of an experiment's namespace in a node's kernel.</summary>
/// <param name="Own">
/// Null while they cannot be read, as when kube-proxy writes its tables anew, and while packets to some of the Services are
/// refused.
/// </param>
/// <param name="All">Service rules of all namespaces.</param>
public sealed record ExperimentRules(int? Own, int All)
{
    /// <summary>Reads them as they are now. Changes nothing.</summary>
    /// <exception cref="ToolException">The tool is missing, or failed otherwise than for want of such rules.</exception>
    public static Task<ExperimentRules> ReadAsync(NetworkNamespace node, IDataPlane plane, string serviceNamespace, CancellationToken token) => NotThere.OrAsync(
        async () =>
        {
            bool areRefused = await plane.CountRefusingAsync(node, serviceNamespace, token) > 0;
            ServiceRuleSet rules = await plane.ReadAsync(node, token);
            return new ExperimentRules(areRefused ? null : rules.Rules.Count(rule => rule.Namespace == serviceNamespace), rules.Count);
        },
        new ExperimentRules(null, 0));
}
