using k8s;
using Plumbline.Cluster;

namespace Plumbline.Manifests.Tests;

public sealed class Permission_specs
{
    private const string Scaler = "service-scaler";

    private static readonly Guid s_experiment = Guid.NewGuid();

    [Fact]
    public async Task The_scaler_may_do_exactly_what_it_needs() => Assert.All(await Manifests.AllAsync(), manifests =>
    {
        HashSet<Permission> needed =
            [.. Permissions.Needed(ClusterNames.Namespace(s_experiment), "plumbline")
                .Select(InRbac), .. Permissions.Useful];
        needed.RemoveWhere(each => each.Namespace is not null && needed.Contains(each with { Namespace = null }));
        Assert.Equal(needed.OrderBy(each => $"{each}"), Granted(manifests, Scaler).OrderBy(each => $"{each}"));
    });

    [Fact]
    public async Task Switching_kube_proxy_is_granted_separately_and_by_name()
    {
        Manifests besides = await Manifests.OfAsync(Manifests.ProxyModes);

        V1Role role = Assert.Single(besides.Of<V1Role>());
        Rbacv1Subject subject = Assert.Single(Assert.Single(besides.Of<V1RoleBinding>()).Subjects);
        Assert.Equal(2, besides.Objects.Count);
        Assert.Equal(("ServiceAccount", "plumbline", Scaler), (subject.Kind, subject.NamespaceProperty, subject.Name));
        Assert.Equal(
            Permissions.NeededToSwitchKubeProxy.Select(each => $"{each}").Order(),
            (from rule in role.Rules
             from verb in rule.Verbs
             let name = rule.ResourceNames?.Single()
             let place = role.Metadata.NamespaceProperty
             select $"{new Permission(rule.ApiGroups.Single(), rule.Resources.Single(), place, verb, name)}").Order());
        Assert.All(
            await Manifests.AllAsync(),
            manifests =>
                Assert.DoesNotContain(
                    Rules(manifests),
                    rule => rule.Resources.Contains("configmaps") || rule.Resources.Contains("daemonsets")));
    }

    [Fact]
    public async Task The_Job_that_makes_the_passwords_may_create_Secrets_and_read_the_brokers() => Assert.Equal(
        [
            "create secrets in namespace plumbline",
            "create secrets in namespace plumbline-probes",
            "get secrets broker in namespace plumbline",
        ],
        Granted(await Manifests.OfAsync(Manifests.AllInOne), "secrets").Select(each => $"{each}").Order());

    [Fact]
    public async Task No_other_account_has_permissions_or_a_token_in_its_pod() =>
        Assert.All(await Manifests.AllAsync(), manifests =>
    {
        Assert.All(manifests.Of<V1ServiceAccount>(), each => Assert.False(each.AutomountServiceAccountToken));
        Assert.Equal(
            manifests.Workloads.Where(each => each.Pod.AutomountServiceAccountToken == true).Select(each => each.Name)
                .Order(),
            Bindings(manifests).SelectMany(each => each.Subjects).Select(each => each.Name).Distinct().Order());
        Assert.All(manifests.Workloads, each => Assert.Equal(each.Name, each.Pod.ServiceAccountName));
        Assert.All(manifests.Workloads, each => Assert.NotNull(each.Pod.AutomountServiceAccountToken));
    });

    [Fact]
    public async Task No_rule_has_a_wildcard() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(Rules), rule =>
            Assert.DoesNotContain("*", (IEnumerable<string>)[.. rule.ApiGroups, .. rule.Resources, .. rule.Verbs]));

    /// <summary>
    /// RBAC cannot name namespaces that do not exist yet. So what an experiment's namespace needs is granted in all.
    /// </summary>
    private static Permission InRbac(Permission needed) =>
        needed.Namespace == ClusterNames.Namespace(s_experiment) ? needed with { Namespace = null } : needed;

    private static IEnumerable<V1PolicyRule> Rules(Manifests manifests) =>
        [.. manifests.Of<V1ClusterRole>().SelectMany(each => each.Rules), .. manifests.Of<V1Role>()
            .SelectMany(each => each.Rules)];

    private static IEnumerable<(V1RoleRef Role, string? Namespace, IList<Rbacv1Subject> Subjects)> Bindings(
        Manifests manifests) =>
    [
        .. manifests.Of<V1ClusterRoleBinding>().Select(each => (each.RoleRef, (string?)null, each.Subjects)),
        .. manifests.Of<V1RoleBinding>()
            .Select(each => (each.RoleRef, (string?)each.Metadata.NamespaceProperty, each.Subjects)),
    ];

    private static HashSet<Permission> Granted(Manifests manifests, string account) =>
    [
        .. from binding in Bindings(manifests)
           where binding.Subjects.Any(
               subject =>
                   subject is { Kind: "ServiceAccount", NamespaceProperty: "plumbline" } && subject.Name == account)
           from rule in RulesOf(manifests, binding.Role, binding.Namespace)
           from apiGroup in rule.ApiGroups
           from resource in rule.Resources
           from verb in rule.Verbs
           from name in rule.ResourceNames ?? [null!]
           select new Permission(apiGroup, resource, binding.Namespace, verb, name),
    ];

    private static IList<V1PolicyRule> RulesOf(Manifests manifests, V1RoleRef role, string? inNamespace) =>
        role.Kind == V1ClusterRole.KubeKind
        ? manifests.Of<V1ClusterRole>().Single(each => each.Metadata.Name == role.Name).Rules
        : manifests.Of<V1Role>()
            .Single(each => each.Metadata.Name == role.Name && each.Metadata.NamespaceProperty == inNamespace).Rules;
}
