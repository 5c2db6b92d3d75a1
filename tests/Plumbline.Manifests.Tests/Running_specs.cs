namespace Plumbline.Manifests.Tests;

public sealed class Running_specs
{
    /// <summary>What takes part in a measurement.</summary>
    private static readonly string[] s_measured = ["echo-worker", "node-probe", "rtt-probe"];

    [Fact]
    public async Task All_parts_of_the_pipeline_are_in_it() => Assert.Equal(
        ["aggregator", "echo-worker", "grafana", "node-probe", "postgres", "rabbitmq", "rtt-probe", "scheduler", "secrets", "service-scaler"],
        (await Manifests.OfAsync(Manifests.AllInOne)).Workloads.Select(each => each.Name).Order());

    [Fact]
    public async Task Beside_servers_of_ones_own_there_are_the_workers_alone() => Assert.Equal(
        ["aggregator", "echo-worker", "node-probe", "rtt-probe", "scheduler", "service-scaler"],
        (await Manifests.OfAsync(Manifests.External)).Workloads.Select(each => each.Name).Order());

    [Fact]
    public async Task Everything_asks_for_what_it_needs_and_may_not_take_all_memory() => await AllAsync(each =>
    {
        Assert.Equal(["cpu", "memory"], each.Container.Resources.Requests.Keys.Order());
        Assert.Contains("memory", each.Container.Resources.Limits.Keys);
    });

    [Fact]
    public async Task Nothing_that_takes_part_in_a_measurement_is_stopped_by_a_limit_on_CPU_and_all_else_has_one() => await AllAsync(each =>
        Assert.Equal(!s_measured.Contains(each.Name), each.Container.Resources.Limits.ContainsKey("cpu")));

    [Fact]
    public async Task An_endpoint_keeps_no_connection_half_open_as_none_of_the_labs_does() => await AllAsync(each => Assert.Equal(
        each.Name == "echo-worker" ? [("net.ipv4.tcp_syncookies", "2")] : [],
        (each.Pod.SecurityContext.Sysctls ?? []).Select(sysctl => (sysctl.Name, sysctl.Value))));

    [Fact]
    public async Task Everything_that_goes_on_says_that_it_has_started_lives_and_is_ready() => await AllAsync(each =>
    {
        bool goesOn = each.Kind != V1Job.KubeKind;
        Assert.All([each.Container.StartupProbe, each.Container.LivenessProbe, each.Container.ReadinessProbe], probe => Assert.Equal(goesOn, probe is not null));
        if (goesOn && each.IsOurs)
        {
            Assert.Equal(
                ("/healthz", "/healthz", "/readyz"),
                (each.Container.StartupProbe.HttpGet.Path, each.Container.LivenessProbe.HttpGet.Path, each.Container.ReadinessProbe.HttpGet.Path));
        }
    });

    [Fact]
    public async Task A_worker_is_given_the_time_that_it_may_take_to_end() => Assert.All(
        (await Manifests.OfAsync(Manifests.AllInOne)).Workloads.Where(each => each.IsOurs && each.Kind != V1Job.KubeKind && each.Name != "echo-worker"),
        each => Assert.True(each.Pod.TerminationGracePeriodSeconds >= 40, $"{each}"));

    [Theory]
    [InlineData("scheduler")]
    [InlineData("service-scaler")]
    public async Task There_is_never_more_than_one_of_those_that_decide(string name)
    {
        V1Deployment one = (await Manifests.OfAsync(Manifests.AllInOne)).Of<V1Deployment>().Single(each => each.Metadata.Name == name);
        Assert.Equal((1, "Recreate"), (one.Spec.Replicas, one.Spec.Strategy.Type));
    }

    [Fact]
    public async Task No_budget_keeps_a_node_from_being_drained() => Assert.All(
        (await Manifests.AllAsync()).SelectMany(manifests => manifests.Of<V1PodDisruptionBudget>()),
        each => Assert.Equal(("echo-worker", "1", null), (each.Metadata.Name, each.Spec.MaxUnavailable?.Value, each.Spec.MinAvailable?.Value)));

    private static async Task AllAsync(Action<Workload> check) =>
        Assert.All((await Manifests.AllAsync()).SelectMany(manifests => manifests.Workloads), check);
}
