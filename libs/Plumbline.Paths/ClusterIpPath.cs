using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Paths.Lab;

namespace Plumbline.Paths;

/// <summary>From a pod of the node to a Service's cluster IP, and in a baseline to an endpoint itself.</summary>
public sealed class ClusterIpPath : ITrafficPath
{
    public static readonly ClusterIpPath Instance = new();

    private ClusterIpPath()
    {
    }

    public string Name => "cluster-ip";

    public async Task<TrafficEntry> EnterAsync(
        INodeAccess access, Guid experimentId, DataPlane dataPlane, MeasuredNode? node, CancellationToken token)
    {
        TrafficEntry entry = await access.EnterAsPodAsync(experimentId, dataPlane, node, token);
        return entry with { ServicePort = dataPlane == DataPlane.NoRules ? null : LabNode.ServicePort };
    }

    /// <remarks>A cluster's node has rules of others too. In the lab every rule is the experiment's.</remarks>
    public Targets Choose(ServiceRuleSet rules, Position position, ServiceProtocol protocol, MeasuredNode? node)
    {
        ServiceRule[] eligible =
        [
            .. rules.Rules.Where(rule => rule.Protocol == protocol && ServiceNames.IsTarget(rule.Name)
                && (node is null || rule.Namespace == node.ServiceNamespace)),
        ];
        return eligible.Length > 0
            ? Targets.Choose(eligible, position, rules.Count, rule => new IpAddress(rule.ClusterIp))
            : throw new InvalidOperationException(
                $"none of the {rules.Count} Service rules is a {protocol.WireName()} rule of a Service "
                + "that may be measured");
    }
}
