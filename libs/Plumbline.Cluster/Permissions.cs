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
        new(Core, "pods", null, "list"),
        new(Core, "nodes", null, "list"),
        new(Coordination, "leases", ClusterNames.LeaseNamespace, "create"),
        .. Each(Coordination, "leases", ClusterNames.LeaseNamespace, "get", "update").Select(each => each with { Name = ClusterNames.LeaseName }),
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

    /// <summary>What is granted beside those, and done without where it is not: without it, nobody may know how many addresses Services can have.</summary>
    public static IReadOnlyList<Permission> Useful { get; } = [new("networking.k8s.io", "servicecidrs", null, "list")];

    /// <summary>Those that the API server does not grant to whoever asks.</summary>
    public static Task<IReadOnlyList<Permission>> MissingAsync(ApiServer api, IReadOnlyList<Permission> needed, CancellationToken token) => MissingAsync(
        needed,
        async each =>
        {
            V1SelfSubjectAccessReview review = new()
            {
                ApiVersion = "authorization.k8s.io/v1",
                Kind = "SelfSubjectAccessReview",
                Spec = new V1SelfSubjectAccessReviewSpec { ResourceAttributes = Attributes(each) },
            };
            return (await api.CallAsync(
                $"ask whether it may {each}", (client, attempt) => client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(review, cancellationToken: attempt), token)).Status.Allowed;
        });

    /// <summary>Those that the API server does not grant to an account of pods.</summary>
    /// <param name="account">Its name.</param>
    public static Task<IReadOnlyList<Permission>> MissingOfAccountAsync(
        ApiServer api, string accountNamespace, string account, IReadOnlyList<Permission> needed, CancellationToken token) => MissingAsync(
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
                    Groups = ["system:serviceaccounts", $"system:serviceaccounts:{accountNamespace}", "system:authenticated"],
                    ResourceAttributes = Attributes(each),
                },
            };
            return (await api.CallAsync(
                $"ask whether {account} may {each}", (client, attempt) => client.AuthorizationV1.CreateSubjectAccessReviewAsync(review, cancellationToken: attempt), token)).Status.Allowed;
        });

    private static async Task<IReadOnlyList<Permission>> MissingAsync(IReadOnlyList<Permission> needed, Func<Permission, Task<bool>> isAllowed)
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

    private static IEnumerable<Permission> Each(string group, string resource, string? inNamespace, params string[] verbs) =>
        verbs.Select(verb => new Permission(group, resource, inNamespace, verb));
}
