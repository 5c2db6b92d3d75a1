using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

public sealed class Cluster_doctor_specs
{
    private const int Success = 0;
    private const int CannotRun = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_complete_cluster_is_shown_part_by_part_and_an_unreachable_broker_is_no_obstacle()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(Success, exitCode);
        AssertRow(output, "ok", "API server", $"{cluster.Server.Configuration.Host} answers");
        AssertRow(output, "ok", "nodes", "2 of 2 are ready; Linux 6.12.43");
        AssertRow(output, "ok", "kube-proxy mode", "nftables");
        AssertRow(output, "ok", "kube-proxy pods", "1 of 1 are ready; kube-proxy:v1.36.2");
        AssertRow(output, "ok", "Services", "1 ClusterIP; 1 ports have rules");
        AssertRow(output, "ok", "Service range", "10.96.0.0/16 has 65,534 addresses; 1 are taken");
        Assert.All(TestedCluster.Workers, worker => AssertRow(output, "ok", worker, "1 of 1 pods are ready"));
        AssertRow(output, "ok", "permissions", "account plumbline/service-scaler has all");
        AssertRow(output, "ok", "proxyModes", "the service scaler may switch kube-proxy's mode");
        AssertRow(output, "ok", "fence", "the service scaler's account is limited to the experiments' namespaces");
        AssertRow(output, "ok", "Lease", "no experiment holds the cluster");
        AssertRow(output, "ok", "leftovers", "none");
        AssertRow(output, "limited", "broker", "from here, RabbitMQ at 127.0.0.1:1 cannot be reached");
        AssertRow(
            output,
            "absent",
            "rules",
            "not read: this machine cannot reach the broker, through which node probes answer");
        AssertRow(output, "absent", "database", "PLUMBLINE_POSTGRES__CONNECTIONSTRING is not set");
        Assert.EndsWith("This cluster can be measured, with limits.\n", output, StringComparison.Ordinal);
        Assert.Empty(cluster.Server.Writes);
    }

    [Fact]
    public async Task A_cluster_without_Plumbline_cannot_be_measured_yet_and_the_doctor_names_the_command()
    {
        await using TestedCluster cluster = await TestedCluster.StartAsync();
        await cluster.AddNodeAsync("node-a");

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(CannotRun, exitCode);
        AssertRow(output, "missing", "workers", "there are none in the cluster");
        Assert.Contains("→ kubectl apply -k k8s", output, StringComparison.Ordinal);
        AssertRow(output, "absent", "kube-proxy mode", "no ConfigMap kube-system/kube-proxy with config.conf");
        AssertRow(output, "absent", "kube-proxy pods", "no pod has the label k8s-app=kube-proxy");
        AssertRow(output, "absent", "permissions", "not checked: there is no service scaler");
        Assert.EndsWith("This cluster cannot be measured yet.\n", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_is_not_ready_is_shown_with_the_clusters_reason()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        await cluster.RemoveWorkerAsync("scheduler");
        await cluster.RemoveWorkerAsync("aggregator");
        await cluster.RemoveWorkerAsync("rtt-probe");
        await cluster.AddWorkerAsync("scheduler", new V1PodStatus
        {
            ContainerStatuses =
            [
                new V1ContainerStatus
                {
                    Name = "only", Image = "", ImageID = "", RestartCount = 0, Ready = false,
                    State = new V1ContainerState
                    {
                        Waiting = new V1ContainerStateWaiting
                        {
                            Reason = "ErrImageNeverPull",
                            Message = "image is not present",
                        },
                    },
                },
            ],
        });
        await cluster.AddWorkerAsync(
            "aggregator",
            new V1PodStatus
            {
                Conditions = [new V1PodCondition
                {
                    Type = "PodScheduled",
                    Status = "False",
                    Message = "0/2 nodes are available",
                }],
            });

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(CannotRun, exitCode);
        AssertRow(
            output,
            "missing",
            "scheduler",
            "0 of 1 pods are ready; scheduler-on-node-a on node-a: ErrImageNeverPull: image is not present");
        Assert.Contains("→ kubectl -n plumbline describe pod scheduler-on-node-a", output, StringComparison.Ordinal);
        AssertRow(
            output,
            "missing",
            "aggregator",
            "0 of 1 pods are ready; aggregator-on-node-a on node-a: 0/2 nodes are available");
        AssertRow(output, "missing", "rtt-probe", "there is no pod");
    }

    [Fact]
    public async Task Missing_passwords_are_shown_with_the_reason()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        await cluster.AddWorkerAsync(
            "secrets",
            new V1PodStatus
            {
                Conditions = [new V1PodCondition
                {
                    Type = "PodScheduled",
                    Status = "False",
                    Message = "0/2 nodes are available",
                }],
            });

        string output = (await cluster.RunAsync("doctor", "--cluster")).Output;

        AssertRow(
            output,
            "limited",
            "secrets",
            "the Job that makes them has not ended; secrets-on-node-a on node-a: 0/2 nodes are available");
        Assert.Contains("→ kubectl -n plumbline describe pod secrets-on-node-a", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Passwords_that_exist_need_no_row()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        await cluster.AddWorkerAsync("secrets", new V1PodStatus { Phase = "Succeeded" });

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(Success, exitCode);
        Assert.DoesNotContain("secrets", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_dashboards_do_not_prevent_a_measurement()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        await cluster.AddWorkerAsync(
            "grafana",
            new V1PodStatus
            {
                Conditions = [new V1PodCondition
                {
                    Type = "PodScheduled",
                    Status = "False",
                    Message = "0/2 nodes are available",
                }],
            });

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(Success, exitCode);
        AssertRow(
            output,
            "limited",
            "grafana",
            "0 of 1 pods are ready; grafana-on-node-a on node-a: 0/2 nodes are available");
    }

    [Fact]
    public async Task Permissions_that_the_scalers_account_lacks_are_named()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        cluster.Server.Denied.Add(("deletecollection", "services"));

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(CannotRun, exitCode);
        AssertRow(
            output,
            "missing",
            "permissions",
            "account plumbline/service-scaler may not deletecollection services in namespace "
            + $"plumbline-{Guid.Empty:N}");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_account_without_its_fence_is_shown(bool isAudited)
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        IAdmissionregistrationV1Operations policies = cluster.Client.AdmissionregistrationV1;
        V1ValidatingAdmissionPolicyBinding binding = await policies.ReadValidatingAdmissionPolicyBindingAsync(
            "plumbline-service-scaler", cancellationToken: Token);
        binding.Spec.ValidationActions = ["Audit"];
        await (isAudited
            ? policies.ReplaceValidatingAdmissionPolicyBindingAsync(
                binding, binding.Metadata.Name, cancellationToken: Token) as Task
            : policies.DeleteValidatingAdmissionPolicyBindingAsync(binding.Metadata.Name, cancellationToken: Token));

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(Success, exitCode);
        AssertRow(
            output,
            "limited",
            "fence",
            "ValidatingAdmissionPolicy plumbline-service-scaler is missing or denies nothing");
        Assert.Contains("→ kubectl apply -k k8s", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_scaler_that_may_not_switch_kube_proxy_is_no_obstacle()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        cluster.Server.Denied.Add(("patch", "daemonsets"));

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(Success, exitCode);
        AssertRow(
            output,
            "absent",
            "proxyModes",
            "the service scaler may not switch kube-proxy's mode; kubectl apply -k k8s/proxy-modes allows it");
    }

    [Fact]
    public async Task A_part_that_may_not_be_read_is_named_and_all_others_are_shown()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        cluster.Server.Denied.Add(("get", "configmaps"));

        (int exitCode, string output) = await cluster.RunAsync("doctor", "--cluster");

        Assert.Equal(Success, exitCode);
        AssertRow(output, "limited", "kube-proxy", "cannot read ConfigMap kube-system/kube-proxy: 403 Forbidden");
        AssertRow(output, "ok", "scheduler", "1 of 1 pods are ready");
    }

    [Fact]
    public async Task Nodes_that_are_not_ready_or_too_old_are_named()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        await cluster.AddNodeAsync("node-c", isReady: false);
        await cluster.AddNodeAsync("node-d", kernel: "5.15.0-91-generic");

        string output = (await cluster.RunAsync("doctor", "--cluster")).Output;

        AssertRow(output, "limited", "nodes", "3 of 4 are ready; Linux 5.15.0-91-generic, 6.12.43; not ready: node-c");
        AssertRow(output, "limited", "kernels", "too old to measure on: node-d");
    }

    [Fact]
    public async Task The_Leases_holder_and_the_leftovers_of_others_are_shown()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        (Guid living, Guid dead) = (Guid.NewGuid(), Guid.NewGuid());
        await cluster.AddExperimentAsync(living);
        await cluster.AddExperimentAsync(dead);
        await cluster.Lease().TakeAsync(new LeaseHolder("plumbline", living), _ => { }, Token);

        string output = (await cluster.RunAsync("doctor", "--cluster")).Output;

        AssertRow(output, "ok", "Services", "1 ClusterIP, and 2 of experiments; 3 ports have rules");
        AssertRow(
            output,
            "ok",
            "Lease",
            $"experiment {living:N} of pipeline plumbline holds the cluster; its Lease was renewed ");
        AssertRow(output, "limited", "leftovers", $"of earlier experiments: namespace plumbline-{dead:N}");
        Assert.DoesNotContain($"namespace plumbline-{living:N}", output, StringComparison.Ordinal);
        Assert.Contains("→ plumbline cleanup --cluster", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_holder_that_has_not_renewed_for_long_is_shown_as_perhaps_dead()
    {
        await using TestedCluster cluster = await TestedCluster.StartWholeAsync();
        Guid dead = Guid.NewGuid();
        await cluster.Lease().TakeAsync(new LeaseHolder("plumbline", dead), _ => { }, Token);
        V1Lease lease = await cluster.Client.CoordinationV1.ReadNamespacedLeaseAsync(
            ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);
        lease.Spec.RenewTime = DateTime.UtcNow.AddMinutes(-5);
        await cluster.Client.CoordinationV1.ReplaceNamespacedLeaseAsync(
            lease, ClusterNames.LeaseName, ClusterNames.LeaseNamespace, cancellationToken: Token);

        string output = (await cluster.RunAsync("doctor", "--cluster")).Output;

        AssertRow(
            output,
            "limited",
            "Lease",
            $"experiment {dead:N} of pipeline plumbline holds the cluster and may be dead; its Lease was renewed 3");
    }

    [Fact]
    public async Task A_cluster_that_does_not_answer_is_one_line()
    {
        using TemporaryFolder folder = new();
        string host = $"http://127.0.0.1:{Ports.Free()}";
        await File.WriteAllTextAsync(folder.File("config"), KubeConfig.Of(host), Token);

        foreach (string command in (string[])["doctor", "cleanup"])
        {
            (int exitCode, string output) = await TestedCluster.RunAsync(folder.File("config"), [command, "--cluster"]);
            Assert.Equal(CannotRun, exitCode);
            Assert.StartsWith(
                $"plumbline: the API server at {host} does not answer: Connection refused",
                output,
                StringComparison.Ordinal);
            Assert.Single(output.TrimEnd().Split('\n'));
        }
    }

    [Theory]
    [InlineData(
        "apiVersion: kubeproxy.config.k8s.io/v1alpha1\nmode: ipvs\niptables: {masqueradeAll: false}\n",
        "missing",
        "ipvs cannot be measured")]
    [InlineData("mode: iptables", "ok", "iptables")]
    [InlineData("mode: \"\"\niptables:\n  mode: nested\n", "ok", "iptables (the default)")]
    [InlineData("", "ok", "iptables (the default)")]
    [InlineData("iptables: {}", "ok", "iptables (the default)")]
    [InlineData("mode: [", "limited", "config.conf of ConfigMap kube-system/kube-proxy cannot be read")]
    public async Task The_mode_is_shown_and_one_that_cannot_be_measured_is_marked(
        string settings, string level, string detail)
    {
        await using TestedCluster cluster = await TestedCluster.StartAsync();
        await cluster.SetKubeProxyAsync(settings);

        AssertRow((await cluster.RunAsync("doctor", "--cluster")).Output, level, "kube-proxy mode", detail);
    }

    private static void AssertRow(string output, string level, string what, string detail) => Assert.Contains(
        output.Split('\n'),
        line =>
            string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .StartsWith($"{level} {what} {detail}", StringComparison.Ordinal));
}
