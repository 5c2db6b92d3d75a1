using System.Reflection;
using Plumbline.Hosting;

namespace Plumbline.Manifests.Tests;

/// <summary>References between objects.</summary>
public sealed class Wiring_specs
{
    /// <summary>The Secrets that the Job makes, or the user of the external overlay, with their keys.</summary>
    private static readonly Dictionary<string, string[]> s_secrets = new()
    {
        ["plumbline/broker"] = ["password", "user.conf"],
        ["plumbline/postgres"] = ["password"],
        ["plumbline/grafana"] = ["admin-password", "postgres-password"],
        ["plumbline-probes/broker"] = ["password"],
    };

    [Fact]
    public async Task The_manifests_contain_no_password() => Assert.All(await Manifests.AllAsync(), manifests =>
    {
        Assert.Empty(manifests.Of<V1Secret>());
        Assert.All(
            Settings(manifests).SelectMany(each => each.Data.Values),
            value => Assert.DoesNotContain("Password", value, StringComparison.OrdinalIgnoreCase));
        Assert.All(
            manifests.Workloads.SelectMany(each => each.Container.Env ?? [])
                .Where(each => each.Name.Contains("PASSWORD", StringComparison.Ordinal)),
            each =>
                Assert.True(each.Name.EndsWith("FILE", StringComparison.Ordinal) && each.Value[0] == '/', each.Name));
    });

    [Fact]
    public async Task Every_Secret_that_is_used_is_made_with_its_key() =>
        Assert.All(await Manifests.AllAsync(), manifests => Assert.All(
        manifests.Workloads,
        each =>
            Assert.All(
                SecretsOf(each), secret => Assert.Contains(secret.Key, s_secrets[$"{each.Namespace}/{secret.Name}"]))));

    [Fact]
    public async Task Every_ConfigMap_that_is_used_exists()
    {
        foreach (string folder in Manifests.Folders.Where(folder => folder != "k8s/base"))
        {
            Manifests manifests = await Manifests.OfAsync(folder);
            string[] there =
                [.. manifests.Of<V1ConfigMap>()
                    .Select(each => $"{each.Metadata.NamespaceProperty}/{each.Metadata.Name}")];
            string[] asked =
            [
                .. from each in manifests.Workloads
                   from name in (IEnumerable<string>)[.. (each.Container.EnvFrom ?? [])
                       .Select(source => source.ConfigMapRef.Name), .. each.Volumes.Where(
                           volume => volume.ConfigMap is not null).Select(volume => volume.ConfigMap.Name)]
                   select $"{each.Namespace}/{name}",
            ];
            Assert.Equal(there.Order(), asked.Distinct().Order());
        }
    }

    [Fact]
    public async Task The_servers_get_the_same_files_as_in_docker_compose()
    {
        Dictionary<string, IDictionary<string, string>> maps = (await Manifests.OfAsync(Manifests.AllInOne))
            .Of<V1ConfigMap>()
            .ToDictionary(
                each =>
                    $"{each.Metadata.NamespaceProperty}/{each.Metadata.Name[..each.Metadata.Name.LastIndexOf('-')]}",
                each => each.Data);
        Assert.All(
            new Dictionary<string, string>
            {
                ["rabbitmq"] = "rabbitmq",
                ["postgres-initdb"] = "postgres",
                ["grafana-dashboards"] = "grafana/dashboards",
                ["grafana-datasources"] = "grafana/provisioning/datasources",
                ["grafana-dashboard-providers"] = "grafana/provisioning/dashboards",
            },
            each =>
            {
                Dictionary<string, string> files = Directory.EnumerateFiles(Repository.File($"deploy/{each.Value}"))
                    .ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
                Assert.Equal(files.OrderBy(file => file.Key), maps[$"plumbline/{each.Key}"].OrderBy(file => file.Key));
            });
    }

    [Fact]
    public async Task Every_selector_matches_its_pods_and_every_mount_has_a_volume() =>
        Assert.All(await Manifests.AllAsync(), manifests =>
    {
        Assert.All(
            manifests.Workloads, each => Assert.True(each.Selector is null || Selects(each.Selector, each), $"{each}"));
        Assert.All(
            manifests.Of<V1PodDisruptionBudget>(),
            each => Assert.Single(manifests.Workloads, workload => Selects(each.Spec.Selector, workload)));
        Assert.All(manifests.Of<V1Service>(), service =>
        {
            Workload one = Assert.Single(
                manifests.Workloads,
                workload =>
                    workload.Namespace == service.Metadata.NamespaceProperty
                        && Selects(new V1LabelSelector { MatchLabels = service.Spec.Selector }, workload));
            Assert.All(
                service.Spec.Ports,
                port =>
                    Assert.Contains(
                        one.Container.Ports,
                        its => its.Name == port.TargetPort.Value && its.ContainerPort == port.Port));
        });
        Assert.All(manifests.Workloads, each =>
        {
            IEnumerable<string> volumes =
                [.. each.Volumes.Select(
                    volume =>
                        volume.Name), .. (manifests.Of<V1StatefulSet>()
                            .FirstOrDefault(set => set.Metadata.Name == each.Name)?.Spec.VolumeClaimTemplates
                                ?? []).Select(claim => claim.Metadata.Name)];
            Assert.Equal(volumes.Order(), each.Container.VolumeMounts.Select(mount => mount.Name).Distinct().Order());
        });
    });

    [Fact]
    public async Task Our_Services_are_headless_so_they_add_no_measured_rules() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Of<V1Service>()), each =>
            Assert.Equal("None", each.Spec.ClusterIP));

    [Fact]
    public async Task All_traffic_of_the_pipelines_namespace_is_denied_unless_allowed() =>
        Assert.All(await Manifests.AllAsync(), manifests =>
    {
        V1NetworkPolicy all = manifests.Of<V1NetworkPolicy>().Single(each => each.Metadata.Name == "nothing-else");
        Assert.Equal(["Egress", "Ingress"], all.Spec.PolicyTypes.Order());
        Assert.True(
            all.Spec.Ingress is null
                && all.Spec.Egress is null
                && all.Spec.PodSelector.MatchLabels is null
                && all.Spec.PodSelector.MatchExpressions is null);
        Assert.All(manifests.Of<V1NetworkPolicy>(), each => Assert.Equal("plumbline", each.Metadata.NamespaceProperty));
    });

    [Fact]
    public async Task Policies_name_existing_pods_and_their_ports()
    {
        Manifests manifests = await Manifests.OfAsync(Manifests.AllInOne);
        HashSet<string> names = [.. manifests.Workloads.Select(each => each.Name)];
        Assert.All(manifests.Of<V1NetworkPolicy>(), each =>
        {
            Assert.Subset(names, Named(each.Spec.PodSelector));
            Assert.All(
                (each.Spec.Ingress ?? []).SelectMany(rule => rule.FromProperty ?? []),
                from => Assert.Subset(names, Named(from.PodSelector)));
            Assert.All(
                (each.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []),
                to => Assert.Subset(names, Named(to.PodSelector)));
            Assert.All((each.Spec.Ingress ?? []).SelectMany(rule => rule.Ports), port => Assert.Contains(
                manifests.Workloads.Single(
                    workload => Named(each.Spec.PodSelector).Contains(workload.Name)).Container.Ports,
                its => $"{its.ContainerPort}" == port.Port.Value && (its.Protocol ?? "TCP") == port.Protocol));
        });
    }

    [Fact]
    public async Task Every_setting_in_the_environment_is_read_by_a_worker()
    {
        HashSet<string> read =
            [.. Options().SelectMany(type => type.GetProperties().Select(each => Variable(type, each)))];
        Assert.Contains("PLUMBLINE_CLUSTER__ECHOPORT", read);
        Assert.All(await Manifests.AllAsync(), manifests => Assert.All(
            (IEnumerable<string>)
            [
                .. manifests.Workloads.SelectMany(each => each.Container.Env ?? []).Select(each => each.Name)
                    .Where(name => name.StartsWith("PLUMBLINE_", StringComparison.Ordinal)),
                .. Settings(manifests).SelectMany(each => each.Data.Keys),
            ],
            name => Assert.Contains(name, read)));
    }

    /// <summary>ConfigMaps in the workers' environment.</summary>
    private static IEnumerable<V1ConfigMap> Settings(Manifests manifests) =>
        manifests.Of<V1ConfigMap>().Where(each => each.Metadata.Name.Contains("-settings-", StringComparison.Ordinal));

    /// <summary>The workers' settings: classes with a section's name.</summary>
    private static IEnumerable<Type> Options() =>
        from assembly in (Assembly[])
        [
            typeof(BrokerOptions).Assembly,
            typeof(ServiceScaler.ScalerOptions).Assembly,
            typeof(NodeProbe.NodeProbeServices).Assembly,
            typeof(RttProbe.RttProbeServices).Assembly,
            typeof(Trials.TrialRunner).Assembly,
        ]
        from type in assembly.GetTypes()
        where type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true }
        select type;

    private static string Variable(Type options, PropertyInfo property) =>
        $"PLUMBLINE_{options.GetField("Section")!.GetRawConstantValue()}__{property.Name}".ToUpperInvariant();

    private static IEnumerable<(string Name, string Key)> SecretsOf(Workload workload) =>
    [
        .. from volume in workload.Volumes
           where volume.Secret is not null
           from item in volume.Secret.Items
           select (volume.Secret.SecretName, item.Key),
        .. from volume in workload.Volumes
           from source in volume.Projected?.Sources ?? []
           from item in source.Secret.Items
           select (source.Secret.Name, item.Key),
    ];

    private static bool Selects(V1LabelSelector selector, Workload workload) =>
        selector.MatchLabels.All(
            each => workload.Template.Metadata.Labels.TryGetValue(each.Key, out string? value) && value == each.Value);

    private static HashSet<string> Named(V1LabelSelector selector) =>
    [
        .. selector.MatchLabels?.Values ?? [],
        .. (selector.MatchExpressions ?? []).SelectMany(each => each.Values),
    ];
}
