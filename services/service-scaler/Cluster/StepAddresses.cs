using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>What a step's traffic goes from and to.</summary>
/// <param name="Nodes">The nodes to measure on, in the step's order.</param>
/// <param name="Objects">Makes the Services' objects, with their endpoints.</param>
public sealed record StepTargets(IReadOnlyList<MeasuredNode> Nodes, ServiceObjects Objects);

/// <summary>
/// Finds a step's source addresses and endpoints, and checks that its Services fit into the cluster's range.
/// </summary>
public sealed class StepAddresses(ApiServer api, EchoEndpoints echo, ClusterSettings settings)
{
    /// <exception cref="ClusterRefusedException">
    /// A node does not exist or has no free address, too few endpoints are ready, or the Services do not fit.
    /// </exception>
    public async Task<StepTargets> FindAsync(ScaleStep step, CancellationToken token)
    {
        IReadOnlyList<string> prefixes =
            await ClusterNodes.SourcePrefixesAsync(api, step.Nodes, settings.SourcePrefixes, token);
        IReadOnlyList<EchoEndpoint> endpoints = await echo.FindAsync(api, step.EndpointsPerService, token);
        int services = Math.Max(step.Cell.Services, step.MostServices);
        if (await ServiceAddresses.RefusalAsync(api, step.ExperimentId, services, token) is { } reason)
        {
            throw new ClusterRefusedException(reason);
        }

        return new StepTargets(
            [
                .. step.Nodes.Zip(prefixes, (node, prefix) => new MeasuredNode
                {
                    Name = node,
                    SourcePrefix = prefix,
                    EndpointIp = endpoints[0].Address,
                    EndpointPort = echo.Port,
                    ServiceNamespace = ClusterNames.Namespace(step.ExperimentId),
                }),
            ],
            new ServiceObjects(step.ExperimentId, endpoints, echo.Port));
    }
}
