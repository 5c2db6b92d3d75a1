using Plumbline.Cluster;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>Checks that our account may do everything that a step needs.</summary>
public sealed class StepPermissions(ApiServer api, EchoEndpoints echo)
{
    /// <exception cref="ClusterRefusedException">A permission is missing; the message names all that are.</exception>
    public async Task RequireAsync(ScaleStep step, CancellationToken token)
    {
        IReadOnlyList<Permission> needed =
        [
            .. Permissions.Needed(ClusterNames.Namespace(step.ExperimentId), echo.PodNamespace),
            .. step.ProxyMode is null ? [] : Permissions.NeededToSwitchKubeProxy,
        ];
        IReadOnlyList<Permission> missing = await Permissions.MissingAsync(api, needed, token);
        if (missing.Count > 0)
        {
            throw new ClusterRefusedException(
                $"the API server does not let this worker {string.Join(", ", missing)}: grant what docs/cluster.md "
                + "lists");
        }
    }
}
