using k8s.Models;
using Plumbline.Cluster;
using Plumbline.NodeProbe;

namespace Plumbline.Cli.Cluster;

/// <summary>Checks that the service scaler's account has the permissions that it needs.</summary>
internal sealed class PermissionsCheck(ApiServer api) : IClusterCheck
{
    public string What => "permissions";

    public async Task<IReadOnlyList<Finding>> CheckAsync(CancellationToken token)
    {
        if (await WorkersCheck.PodsOfAsync(api, "service-scaler", token) is not [var scaler, ..])
        {
            return [new Finding(What, FindingLevel.Absent, "not checked: there is no service scaler")];
        }

        string inNamespace = scaler.Metadata.NamespaceProperty;
        string account = scaler.Spec.ServiceAccountName ?? "default";

        // No experiment has this id. Permissions do not depend on whether its namespace exists.
        IReadOnlyList<Permission> needed = Permissions.Needed(ClusterNames.Namespace(Guid.Empty), inNamespace);
        IReadOnlyList<Permission> missing =
            await Permissions.MissingOfAccountAsync(api, inNamespace, account, needed, token);
        return
        [
            missing.Count == 0
                ? new Finding(
                    What,
                    FindingLevel.Good,
                    $"account {inNamespace}/{account} has all {needed.Count} permissions that the service scaler needs")
                : new Finding(
                    What,
                    FindingLevel.Blocking,
                    $"account {inNamespace}/{account} may not {string.Join(", ", missing)}",
                    "kubectl apply -k k8s, or grant what docs/cluster.md lists"),
            await CheckSwitchingAsync(inNamespace, account, token),
        ];
    }

    private async Task<Finding> CheckSwitchingAsync(string inNamespace, string account, CancellationToken token)
    {
        const string what = "proxyModes";
        IReadOnlyList<Permission> missing = await Permissions.MissingOfAccountAsync(
            api, inNamespace, account, Permissions.NeededToSwitchKubeProxy, token);
        return missing.Count == 0
            ? new Finding(
                what,
                FindingLevel.Good,
                "the service scaler may switch kube-proxy's mode, for experiments that ask for it")
            : new Finding(
                what,
                FindingLevel.Absent,
                "the service scaler may not switch kube-proxy's mode; kubectl apply -k k8s/proxy-modes allows it");
    }
}
