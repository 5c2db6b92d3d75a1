using Plumbline.Paths.Lab;

namespace Plumbline.Manifests.Tests;

public sealed class Pod_security_specs
{
    private const string Enforced = "pod-security.kubernetes.io/enforce";

    /// <summary>The volumes that the restricted level allows.</summary>
    private static readonly string[] s_harmless =
        ["configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"];

    [Fact]
    public async Task Privileged_pods_have_their_own_namespace_and_the_cluster_enforces_it() =>
        Assert.All(await Manifests.AllAsync(), manifests =>
    {
        Assert.Equal(
            [("plumbline", "restricted"), (Manifests.ProbesNamespace, "privileged")],
            manifests.Of<V1Namespace>().Select(each => (each.Metadata.Name, each.Metadata.Labels[Enforced])).Order());
        Assert.All(
            manifests.Workloads,
            each => Assert.Equal(each.IsProbe ? Manifests.ProbesNamespace : "plumbline", each.Namespace));
    });

    [Fact]
    public async Task No_namespace_can_be_mistaken_for_an_experiments() => Assert.All(
        (await Manifests.OfAsync(Manifests.AllInOne)).Of<V1Namespace>(),
        each => Assert.DoesNotMatch("^plumbline-[0-9a-f]+$", each.Metadata.Name));

    [Fact]
    public async Task Every_pod_except_the_probes_is_at_the_restricted_level() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Workloads).Where(each => !each.IsProbe),
        each =>
        {
            Assert.True(
                each.Pod.HostNetwork is null or false && each.Pod.HostPID is null && each.Pod.HostIPC is null,
                $"{each}");
            Assert.True(each.Pod.SecurityContext.RunAsNonRoot, $"{each}");
            Assert.True(each.Pod.SecurityContext.RunAsUser > 0, $"{each}");
            Assert.Equal("RuntimeDefault", each.Pod.SecurityContext.SeccompProfile.Type);
            V1SecurityContext own = each.Container.SecurityContext;
            Assert.False(own.AllowPrivilegeEscalation);
            Assert.Null(own.Privileged);
            Assert.Equal(["ALL"], own.Capabilities.Drop);
            Assert.Null(own.Capabilities.Add);
            Assert.All(each.Container.Ports ?? [], port => Assert.Null(port.HostPort));
            Assert.All(each.Volumes, volume => Assert.Contains(Source(volume), s_harmless));
        });

    [Fact]
    public async Task Our_programs_have_read_only_file_systems_and_limited_volumes() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Workloads).Where(each => each.IsOurs),
        each =>
        {
            Assert.True(each.Container.SecurityContext.ReadOnlyRootFilesystem, $"{each}");
            Assert.All(
                each.Volumes.Where(volume => volume.EmptyDir is not null),
                volume => Assert.NotNull(volume.EmptyDir.SizeLimit));
        });

    [Fact]
    public async Task The_probes_share_with_their_node_only_its_network_its_kernel_and_the_folder_of_the_lock() =>
        Assert.All(
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Workloads).Where(each => each.IsProbe),
        each =>
        {
            Assert.True(each.Pod.HostNetwork);
            Assert.True(each.Container.SecurityContext.Privileged);
            Assert.Null(each.Pod.HostPID);
            Assert.Null(each.Pod.HostIPC);
            Assert.Equal(
                ["emptyDir", "emptyDir", "hostPath", "secret"],
                each.Volumes.Select(Source).Order(StringComparer.Ordinal));
            Assert.Equal(
                ["broker"],
                each.Volumes.Where(volume => volume.Secret is not null).Select(volume => volume.Secret.SecretName));
        });

    /// <summary>The lock is a file, so both workers must see the same one.</summary>
    [Fact]
    public async Task Both_probes_have_the_nodes_folder_of_the_lock_where_they_look_for_it() => Assert.All(
        (await Manifests.AllAsync()).Select(manifests => manifests.Workloads.Where(each => each.IsProbe).ToArray()),
        probes =>
        {
            string folder = Path.GetDirectoryName(LabLock.MeasuringPath)!;
            Assert.Equal(["node-probe", "rtt-probe"], probes.Select(each => each.Name).Order(StringComparer.Ordinal));
            Assert.All(probes, each =>
            {
                V1Volume shared = Assert.Single(each.Volumes, volume => volume.HostPath is not null);
                V1VolumeMount mount = Assert.Single(each.Container.VolumeMounts, mount => mount.Name == shared.Name);
                Assert.Equal((folder, "DirectoryOrCreate"), (shared.HostPath.Path, shared.HostPath.Type));
                Assert.Equal((folder, null, null), (mount.MountPath, mount.SubPath, mount.ReadOnlyProperty));
            });
        });

    [Fact]
    public async Task The_probes_run_on_control_planes_too_and_on_no_node_with_another_taint() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Workloads).Where(each => each.IsProbe),
        each =>
        {
            V1Toleration only = Assert.Single(each.Pod.Tolerations);
            Assert.Equal(
                ("node-role.kubernetes.io/control-plane", "Exists", "NoSchedule"),
                (only.Key, only.OperatorProperty, only.Effect));
        });

    [Fact]
    public async Task The_probes_health_pages_are_on_their_nodes_loopback_and_on_different_ports()
    {
        Workload[] probes = [.. (await Manifests.OfAsync(Manifests.AllInOne)).Workloads.Where(each => each.IsProbe)];
        Assert.All(probes, each =>
        {
            Assert.Equal("127.0.0.1", Assert.Single(each.Container.Ports).HostIP);
            Assert.Equal(
                $"{each.Container.Ports[0].ContainerPort}",
                each.Container.Env.Single(variable => variable.Name == "PLUMBLINE_HEALTH__PORT").Value);
            Assert.DoesNotContain(each.Container.Env, variable => variable.Name == "PLUMBLINE_HEALTH__ADDRESS");
            Assert.All(
                [each.Container.StartupProbe, each.Container.LivenessProbe, each.Container.ReadinessProbe],
                probe => Assert.Equal("127.0.0.1", probe.HttpGet.Host));
        });
        Assert.Equal(2, probes.Select(each => each.Container.Ports[0].ContainerPort).Distinct().Count());
    }

    private static string Source(V1Volume volume)
    {
        string name = Assert.Single(
            typeof(V1Volume).GetProperties(),
            property => property.Name != nameof(V1Volume.Name) && property.GetValue(volume) is not null).Name;
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
