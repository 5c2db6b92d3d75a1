namespace Plumbline.Manifests.Tests;

public sealed class Running_specs
{
    /// <summary>The parts that take part in a measurement.</summary>
    private static readonly string[] s_measured = ["echo-worker", "node-probe", "rtt-probe"];

    [Fact]
    public async Task It_has_all_parts_of_the_pipeline() => Assert.Equal(
        [
            "aggregator",
            "echo-worker",
            "grafana",
            "node-probe",
            "postgres",
            "rabbitmq",
            "rtt-probe",
            "scheduler",
            "secrets",
            "service-scaler",
        ],
        (await Manifests.OfAsync(Manifests.AllInOne)).Workloads.Select(each => each.Name).Order());

    [Fact]
    public async Task The_external_overlay_has_only_the_workers() => Assert.Equal(
        ["aggregator", "echo-worker", "node-probe", "rtt-probe", "scheduler", "service-scaler"],
        (await Manifests.OfAsync(Manifests.External)).Workloads.Select(each => each.Name).Order());

    [Fact]
    public async Task Everything_requests_resources_and_has_a_memory_limit() => await AllAsync(each =>
    {
        Assert.Equal(["cpu", "memory"], each.Container.Resources.Requests.Keys.Order());
        Assert.Contains("memory", each.Container.Resources.Limits.Keys);
    });

    [Fact]
    public async Task Only_what_takes_part_in_a_measurement_has_no_CPU_limit() => await AllAsync(each =>
        Assert.Equal(!s_measured.Contains(each.Name), each.Container.Resources.Limits.ContainsKey("cpu")));

    [Fact]
    public async Task Endpoints_answer_with_SYN_cookies_as_in_the_lab() => await AllAsync(each => Assert.Equal(
        each.Name == "echo-worker" ? [("net.ipv4.tcp_syncookies", "2")] : [],
        (each.Pod.SecurityContext.Sysctls ?? []).Select(sysctl => (sysctl.Name, sysctl.Value))));

    [Fact]
    public async Task Everything_that_keeps_running_has_startup_liveness_and_readiness_probes() =>
        await AllAsync(each =>
    {
        bool goesOn = each.Kind != V1Job.KubeKind;
        Assert.All(
            [each.Container.StartupProbe, each.Container.LivenessProbe, each.Container.ReadinessProbe],
            probe => Assert.Equal(goesOn, probe is not null));
        if (goesOn && each.IsOurs)
        {
            Assert.Equal(
                ("/healthz", "/healthz", "/readyz"),
                (
                    each.Container.StartupProbe.HttpGet.Path,
                    each.Container.LivenessProbe.HttpGet.Path,
                    each.Container.ReadinessProbe.HttpGet.Path
                ));
        }
    });

    [Fact]
    public async Task A_worker_gets_enough_time_to_finish() => Assert.All(
        (await Manifests.OfAsync(Manifests.AllInOne)).Workloads.Where(
            each => each.IsOurs && each.Kind != V1Job.KubeKind && each.Name != "echo-worker"),
        each => Assert.True(each.Pod.TerminationGracePeriodSeconds >= 40, $"{each}"));

    [Theory]
    [InlineData("scheduler")]
    [InlineData("service-scaler")]
    public async Task There_is_never_more_than_one_scheduler_or_service_scaler(string name)
    {
        V1Deployment one = (await Manifests.OfAsync(Manifests.AllInOne)).Of<V1Deployment>()
            .Single(each => each.Metadata.Name == name);
        Assert.Equal((1, "Recreate"), (one.Spec.Replicas, one.Spec.Strategy.Type));
    }

    [Fact]
    public async Task No_budget_prevents_the_drain_of_a_node() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Of<V1PodDisruptionBudget>()),
        each =>
            Assert.Equal(
                ("echo-worker", "1", null),
                (each.Metadata.Name, each.Spec.MaxUnavailable?.Value, each.Spec.MinAvailable?.Value)));

    private static async Task AllAsync(Action<Workload> check) =>
        Assert.All((await Manifests.AllAsync()).SelectMany(manifests => manifests.Workloads), check);
}
