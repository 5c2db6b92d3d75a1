using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>Problems that appear only while Services are created.</summary>
public sealed class Quota_specs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_exhausted_quota_fails_the_step_with_its_name_and_everything_is_removed()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using ClusterView view = new(server);
        await view.StartEchoWorkersAsync(1);
        using ScalerLife life = new(server);
        Guid id = Guid.NewGuid();
        await life.Cluster.ScaleAsync(ScalerLife.Step(id, 1, 10), Token);
        V1ResourceQuota quota = new()
        {
            Metadata = new V1ObjectMeta { Name = "small" },
            Spec = new V1ResourceQuotaSpec
            {
                Hard = new Dictionary<string, ResourceQuantity> { ["count/services"] = new ResourceQuantity("25") },
            },
        };
        await view.Client.CoreV1.CreateNamespacedResourceQuotaAsync(
            quota, ClusterNames.Namespace(id), cancellationToken: Token);

        ApiException failure = await Assert.ThrowsAsync<ApiException>(
            () => life.Cluster.ScaleAsync(ScalerLife.Step(id, 2, 50), Token));

        Assert.Contains("exceeded quota: small", failure.Message, StringComparison.Ordinal);
        Assert.Equal(25, (await view.NamesAsync(id)).Services.Length);
        await life.RemoveAsync(id, Token);
        await view.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task A_Service_range_that_others_exhaust_fails_the_step_at_once()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync("10.96.0.0/28");
        using ClusterView view = new(server);
        await view.StartEchoWorkersAsync(1);
        using ScalerLife life = new(server);
        Guid id = Guid.NewGuid();
        int services = 0;
        server.OnRequest = request =>
        {
            if (request is { Verb: "create", Kind.Plural: "services" } && Interlocked.Increment(ref services) == 5)
            {
                V1Service others = new()
                {
                    Metadata = new V1ObjectMeta { Name = "others" },
                    Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 1 }] },
                };
                view.Client.CoreV1.CreateNamespacedServiceAsync(others, "default").GetAwaiter().GetResult();
            }
        };

        ApiException failure = await Assert.ThrowsAsync<ApiException>(
            () => life.Cluster.ScaleAsync(ScalerLife.Step(id, 1, 13), Token));

        Assert.Contains("range is full", failure.Message, StringComparison.Ordinal);
        await life.RemoveAsync(id, Token);
        await view.AssertNothingLeftAsync();
    }
}
