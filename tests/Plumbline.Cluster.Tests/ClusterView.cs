using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>Reads a cluster with all permissions, and adds what a cluster has before Plumbline comes.</summary>
internal sealed class ClusterView(ITestedApiServer server) : IDisposable
{
    public const string Node = "node-1";

    public Kubernetes Client { get; } = new(server.Observer);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Client.Dispose();

    /// <summary>Adds a node, with ready pods of the echo worker.</summary>
    public async Task StartEchoWorkersAsync(int count)
    {
        await EnsureNodeAsync(Node, "10.244.0.0/24");
        await EnsureNamespaceAsync(ClusterObjects.EchoNamespace);
        for (int i = 0; i < count; i++)
        {
            await AddPodAsync($"echo-{i}", $"10.244.0.{11 + i}");
        }
    }

    public async Task EnsureNodeAsync(string name, string? podCidr)
    {
        try
        {
            V1NodeSpec spec = new() { PodCIDR = podCidr, PodCIDRs = podCidr is null ? null : [podCidr] };
            await Client.CoreV1.CreateNodeAsync(
                new V1Node { Metadata = new V1ObjectMeta { Name = name }, Spec = spec }, cancellationToken: Token);
        }
        catch (HttpOperationException exception)
            when (exception.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Another test has made it.
        }
    }

    public async Task EnsureNamespaceAsync(string name)
    {
        try
        {
            await Client.CoreV1.CreateNamespaceAsync(
                new V1Namespace { Metadata = new V1ObjectMeta { Name = name } }, cancellationToken: Token);
        }
        catch (HttpOperationException exception)
            when (exception.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Another test has made it.
        }
    }

    public async Task<(string[] Services, string[] Slices)> NamesAsync(Guid experimentId)
    {
        string name = ClusterNames.Namespace(experimentId);
        V1ServiceList services = await Client.CoreV1.ListNamespacedServiceAsync(name, cancellationToken: Token);
        V1EndpointSliceList slices = await Client.DiscoveryV1.ListNamespacedEndpointSliceAsync(
            name, cancellationToken: Token);
        return (
            [.. services.Items.Select(each => each.Metadata.Name).Order(StringComparer.Ordinal)],
            [.. slices.Items.Select(each => each.Metadata.Name).Order(StringComparer.Ordinal)]);
    }

    /// <summary>Asserts that exactly the step's Services exist, with their EndpointSlices.</summary>
    public async Task AssertExactlyAsync(ScaleStep step)
    {
        (string[] services, string[] slices) = await NamesAsync(step.ExperimentId);
        string[] desired = [.. DesiredServices.Build(step).Select(each => each.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(desired, services);
        Assert.Equal(desired, slices);
    }

    /// <summary>Asserts that no experiment has left anything.</summary>
    public async Task AssertNothingLeftAsync()
    {
        Assert.Empty(
            (await Client.CoreV1.ListNamespaceAsync(
                labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items);
        Assert.Empty(
            (await Client.CoreV1.ListServiceForAllNamespacesAsync(
                labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items);
        Assert.Empty(
            (await Client.DiscoveryV1.ListEndpointSliceForAllNamespacesAsync(
                labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items);
        Assert.Equal("", await HolderAsync());
    }

    /// <summary>The Lease's holder; empty for nobody.</summary>
    public async Task<string> HolderAsync()
    {
        V1LeaseList leases = await Client.CoordinationV1.ListNamespacedLeaseAsync(
            ClusterNames.LeaseNamespace,
            fieldSelector: $"metadata.name={ClusterNames.LeaseName}",
            cancellationToken: Token);
        return leases.Items.SingleOrDefault()?.Spec.HolderIdentity ?? "";
    }

    private async Task AddPodAsync(string name, string address)
    {
        try
        {
            await ClusterObjects.AddEchoPodAsync(Client, name, address, Node, Token);
        }
        catch (HttpOperationException exception)
            when (exception.Response.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // Another test has made it.
        }
    }
}
