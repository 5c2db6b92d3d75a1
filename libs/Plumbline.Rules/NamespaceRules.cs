using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.Rules;

/// <summary>Service rules of one namespace's Services in a node's kernel.</summary>
/// <param name="Own">
/// Null while they cannot be read, as when kube-proxy is just writing its tables anew, and while packets to some of the Services are refused,
/// since kube-proxy has seen a Service without its endpoints.
/// </param>
/// <param name="All">Service rules of all namespaces.</param>
public sealed record NamespaceRules(int? Own, int All)
{
    /// <summary>Reads them as they are now. Changes nothing.</summary>
    /// <exception cref="ToolException">The tool is missing, or failed otherwise than for want of such rules.</exception>
    public static async Task<NamespaceRules> ReadAsync(NetworkNamespace node, DataPlane dataPlane, string serviceNamespace, CancellationToken token)
    {
        try
        {
            bool areRefused = await EndpointlessRules.CountAsync(node, dataPlane, serviceNamespace, token) > 0;
            ServiceRuleSet rules = await KernelServiceRules.ReadAsync(node, dataPlane, token);
            return new NamespaceRules(areRefused ? null : rules.Rules.Count(rule => rule.Namespace == serviceNamespace), rules.Count);
        }
        catch (ToolException exception) when (exception.ExitCode == KernelServiceRules.NotThere)
        {
            return new NamespaceRules(null, 0);
        }
    }
}
