using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>What the API server has to allow, and whether it does.</summary>
public static class Permissions
{
    private const string Core = "";
    private const string Discovery = "discovery.k8s.io";
    private const string Coordination = "coordination.k8s.io";
    private const string Apps = "apps";

    /// <summary>All that a service scaler does in a cluster; k8s' RBAC rules are these and no more.</summary>
    /// <param name="experimentNamespace">Need not be there yet.</param>
    /// <param name="echoNamespace">Of the echo worker's pods.</param>
    public static IReadOnlyList<Permission> Needed(string experimentNamespace, string echoNamespace) =>
    [
        .. Each(Core, "namespaces", null, "get", "list", "create", "patch", "delete"),
        new(Core, "services", null, "list"),
        .. Each(Core, "services", experimentNamespace, "list", "create", "delete", "deletecollection"),
        .. Each(Discovery, "endpointslices", experimentNamespace, "list", "create", "delete", "deletecollection"),
        new(Core, "pods", echoNamespace, "list"),
        .. Each(Coordination, "leases", ClusterNames.LeaseNamespace, "get", "create", "update"),
    ];

    /// <summary>What is needed besides to switch kube-proxy's mode, and only where an experiment asks for that.</summary>
    public static IReadOnlyList<Permission> NeededToSwitchKubeProxy { get; } =
    [
        .. Each(Core, "configmaps", KubeProxyInstallation.Namespace, "get", "patch").Select(each => each with { Name = KubeProxyInstallation.Name }),
        .. Each(Apps, "daemonsets", KubeProxyInstallation.Namespace, "get", "patch").Select(each => each with { Name = KubeProxyInstallation.Name }),
        .. Each(Core, "configmaps", KubeProxyInstallation.Namespace, "get", "delete").Select(each => each with { Name = ClusterNames.KubeProxyOriginalName }),

        // What is created has no name yet when its permission is looked at.
        new(Core, "configmaps", KubeProxyInstallation.Namespace, "create"),
    ];

    /// <summary>Those that the API server does not grant.</summary>
    public static async Task<IReadOnlyList<Permission>> MissingAsync(ApiServer api, IReadOnlyList<Permission> needed, CancellationToken token)
    {
        List<Permission> missing = [];
        foreach (Permission each in needed)
        {
            V1SelfSubjectAccessReview review = new()
            {
                ApiVersion = "authorization.k8s.io/v1",
                Kind = "SelfSubjectAccessReview",
                Spec = new V1SelfSubjectAccessReviewSpec
                {
                    ResourceAttributes = new V1ResourceAttributes
                    {
                        Group = each.Group,
                        Resource = each.Resource,
                        NamespaceProperty = each.Namespace,
                        Verb = each.Verb,
                        Name = each.Name,
                    },
                },
            };
            V1SelfSubjectAccessReview answer = await api.CallAsync(
                $"ask whether it may {each}", (client, attempt) => client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: attempt), token);
            if (!answer.Status.Allowed)
            {
                missing.Add(each);
            }
        }

        return missing;
    }

    private static IEnumerable<Permission> Each(string group, string resource, string? inNamespace, params string[] verbs) =>
        verbs.Select(verb => new Permission(group, resource, inNamespace, verb));
}
