using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Checks that a cluster is ready to be measured.</summary>
internal static class ClusterDoctor
{
    /// <exception cref="UserException">The cluster does not answer, or a setting is wrong.</exception>
    public static async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        using ApiServer api = await ClusterAccess.ConnectAsync(token);
        List<Finding> findings =
            [new("API server", FindingLevel.Good, $"{api.Address.GetLeftPart(UriPartial.Authority)} answers")];
        IClusterCheck[] checks =
        [
            new NodesCheck(api),
            new KubeProxyCheck(api),
            new ServicesCheck(api),
            new WorkersCheck(api),
            new PermissionsCheck(api),
            new FenceCheck(api),
            new LeaseCheck(api),
            new ServersCheck(),
            new NodeRulesCheck(api),
        ];
        foreach (IClusterCheck check in checks)
        {
            findings.AddRange(await CheckAsync(check, token));
        }

        return findings;
    }

    private static async Task<IReadOnlyList<Finding>> CheckAsync(IClusterCheck check, CancellationToken token)
    {
        try
        {
            return await check.CheckAsync(token);
        }
        catch (ApiException exception)
        {
            return [new Finding(
                check.What, FindingLevel.Limited, exception.Message, "look with an account that may see it")];
        }
    }
}
