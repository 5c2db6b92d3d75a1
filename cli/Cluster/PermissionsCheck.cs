using k8s.Models;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Whether the service scaler's account may do what it will have to.</summary>
internal sealed class PermissionsCheck(ApiServer api) : IClusterCheck
{
    public string What => "permissions";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        if (await WorkersCheck.PodsOfAsync(api, "service-scaler", token) is not [var scaler, ..])
        {
            return [new Finding(What, FindingLevel.Absent, "there is no service scaler whose account could be asked about")];
        }

        (string inNamespace, string account) = (scaler.Metadata.NamespaceProperty, scaler.Spec.ServiceAccountName ?? "default");

        // No experiment has this id; that its namespace is not there makes no difference.
        IReadOnlyList<Permission> needed = Permissions.Needed(ClusterNames.Namespace(Guid.Empty), inNamespace);
        IReadOnlyList<Permission> missing = await Permissions.MissingOfAccountAsync(api, inNamespace, account, needed, token);
        return
        [
            missing.Count == 0
                ? new Finding(What, FindingLevel.Good, $"account {inNamespace}/{account} has all {needed.Count} that the service scaler needs")
                : new Finding(What, FindingLevel.Blocking, $"account {inNamespace}/{account} may not {string.Join(", ", missing)}", "kubectl apply -k k8s, or grant what docs/cluster.md lists"),
        ];
    }
}
