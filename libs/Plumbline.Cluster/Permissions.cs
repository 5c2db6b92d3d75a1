using k8s;
using k8s.Models;

namespace Plumbline.Cluster;

/// <summary>What the API server must allow, and whether it does.</summary>
public static class Permissions
{
    private const string Core = "";
    private const string Discovery = "discovery.k8s.io";
    private const string Coordination = "coordination.k8s.io";
    private const string Apps = "apps";

    /// <summary>
    /// Everything that a service scaler does in a cluster. The RBAC rules in k8s/ grant exactly this.
    /// </summary>
    /// <param name="experimentNamespace">It need not exist yet.</param>
    /// <param name="echoNamespace">The namespace of the echo worker's pods.</param>
    public static IReadOnlyList<Permission> Needed(string experimentNamespace, string echoNamespace) =>
    [
        .. Each(Core, "namespaces", null, "get", "list", "create", "patch", "delete"),
        new(Core, "services", null, "list"),
        .. Each(Core, "services", experimentNamespace, "list", "create", "delete", "deletecollection"),
        .. Each(Discovery, "endpointslices", experimentNamespace, "list", "create", "delete", "deletecollection"),
        new(Core, "pods", echoNamespace, "list"),
        new(Core, "pods", null, "list"),
        new(Core, "nodes", null, "list"),
        new(Coordination, "leases", ClusterNames.LeaseNamespace, "create"),
        .. Each(Coordination, "leases", ClusterNames.LeaseNamespace, "get", "update")
            .Select(each => each with { Name = ClusterNames.LeaseName }),
    ];

    /// <summary>Needed only by an experiment that switches kube-proxy's mode.</summary>
    public static IReadOnlyList<Permission> NeededToSwitchKubeProxy { get; } =
    [
        .. Each(Core, "configmaps", KubeProxyInstallation.Namespace, "get", "patch")
            .Select(each => each with { Name = KubeProxyInstallation.Name }),
        .. Each(Apps, "daemonsets", KubeProxyInstallation.Namespace, "get", "patch")
            .Select(each => each with { Name = KubeProxyInstallation.Name }),
        .. Each(Core, "configmaps", KubeProxyInstallation.Namespace, "get", "delete")
            .Select(each => each with { Name = ClusterNames.KubeProxyOriginalName }),

        // When RBAC checks a create request, the object has no name yet.
        new(Core, "configmaps", KubeProxyInstallation.Namespace, "create"),
    ];

    /// <summary>
    /// Granted too, but optional. Without it the number of addresses for Services may stay unknown.
    /// </summary>
    public static IReadOnlyList<Permission> Useful { get; } = [new("networking.k8s.io", "servicecidrs", null, "list")];

    /// <summary>The permissions that our own account lacks.</summary>
    public static Task<IReadOnlyList<Permission>> MissingAsync(
        ApiServer api, IReadOnlyList<Permission> needed, CancellationToken token) => MissingAsync(
        needed,
        async each =>
        {
            V1SelfSubjectAccessReview review = new()
            {
                ApiVersion = "authorization.k8s.io/v1",
                Kind = "SelfSubjectAccessReview",
                Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = Attributes(each) },
            };
            V1SelfSubjectAccessReview answer = await api.CallAsync(
                $"ask whether it may {each}",
                (client, attempt) =>
                    client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: attempt),
                token);
            return answer.Status.Allowed;
        });

    /// <summary>The permissions that a service account lacks.</summary>
    /// <param name="api">The cluster.</param>
    /// <param name="accountNamespace">The account's namespace.</param>
    /// <param name="account">The account's name.</param>
    /// <param name="needed">The permissions to ask about.</param>
    /// <param name="token">Ends the questions.</param>
    public static Task<IReadOnlyList<Permission>> MissingOfAccountAsync(
        ApiServer api,
        string accountNamespace,
        string account,
        IReadOnlyList<Permission> needed,
        CancellationToken token) => MissingAsync(
        needed,
        async each =>
        {
            V1SubjectAccessReview review = new()
            {
                ApiVersion = "authorization.k8s.io/v1",
                Kind = "SubjectAccessReview",
                Spec = new V1SubjectAccessReviewSpec
                {
                    User = $"system:serviceaccount:{accountNamespace}:{account}",
                    Groups =
                    [
                        "system:serviceaccounts",
                        $"system:serviceaccounts:{accountNamespace}",
                        "system:authenticated",
                    ],
                    ResourceAttributes = Attributes(each),
                },
            };
            V1SubjectAccessReview answer = await api.CallAsync(
                $"ask whether {account} may {each}",
                (client, attempt) =>
                    client.AuthorizationV1.CreateSubjectAccessReviewAsync(review, cancellationToken: attempt),
                token);
            return answer.Status.Allowed;
        });

    private static async Task<IReadOnlyList<Permission>> MissingAsync(
        IReadOnlyList<Permission> needed, Func<Permission, Task<bool>> isAllowed)
    {
        List<Permission> missing = [];
        foreach (Permission each in needed)
        {
            if (!await isAllowed(each))
            {
                missing.Add(each);
            }
        }

        return missing;
    }

    private static V1ResourceAttributes Attributes(Permission permission) => new()
    {
        Group = permission.Group,
        Resource = permission.Resource,
        NamespaceProperty = permission.Namespace,
        Verb = permission.Verb,
        Name = permission.Name,
    };

    private static IEnumerable<Permission> Each(
        string group, string resource, string? inNamespace, params string[] verbs) =>
        verbs.Select(verb => new Permission(group, resource, inNamespace, verb));
}
