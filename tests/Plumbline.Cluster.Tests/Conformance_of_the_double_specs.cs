using k8s;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>Beside the common suite: what a test cannot provoke on a real API server.</summary>
public sealed class Conformance_of_the_double_specs : Conformance_suite
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_of_a_compacted_state_is_gone()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using Kubernetes client = new(server.Configuration);
        string next =
            (await client.CoreV1.ListNamespaceAsync(limit: 2, cancellationToken: Token)).Metadata.ContinueProperty;
        server.Compact();
        await client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = "later" } }, cancellationToken: Token);
        server.Compact();

        k8s.Autorest.HttpOperationException gone = await Assert.ThrowsAsync<k8s.Autorest.HttpOperationException>(
            () => client.CoreV1.ListNamespaceAsync(limit: 2, continueParameter: next, cancellationToken: Token));
        Assert.Equal((410, "Expired"), ((int)gone.Response.StatusCode, ApiStatus.Of(gone).Reason));
    }

    [Fact]
    public async Task A_watch_from_a_compacted_version_gets_an_error_and_ends()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using HttpClient http = new();
        server.Compact();

        string answer = await http.GetStringAsync(
            $"{server.Configuration.Host}/api/v1/namespaces?watch=true&resourceVersion=7", Token);

        Assert.Contains("\"type\":\"ERROR\"", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":410", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_sends_bookmarks_when_asked()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using HttpClient http = new();

        string answer = await http.GetStringAsync(
            $"{server.Configuration.Host}/api/v1/namespaces?watch=true&allowWatchBookmarks=true&timeoutSeconds=1",
            Token);

        Assert.Contains("\"type\":\"BOOKMARK\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminating_namespace_accepts_nothing_new_and_goes_with_everything_in_it()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using Kubernetes client = new(server.Configuration);
        server.Controller.IsAtWork = false;
        V1Service service = new()
        {
            Metadata = new V1ObjectMeta { Name = "one" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 1 }] },
        };
        await client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = "going" } }, cancellationToken: Token);
        await client.CoreV1.CreateNamespacedServiceAsync(service, "going", cancellationToken: Token);
        await client.CoreV1.DeleteNamespaceAsync("going", cancellationToken: Token);

        service.Metadata.Name = "two";
        k8s.Autorest.HttpOperationException refused = await Assert.ThrowsAsync<k8s.Autorest.HttpOperationException>(
            () => client.CoreV1.CreateNamespacedServiceAsync(service, "going", cancellationToken: Token));

        Assert.Contains("NamespaceTerminating", ApiStatus.Of(refused).Causes);
        server.Controller.IsAtWork = true;
        await Waiting.UntilAsync(
            async () =>
                (await client.CoreV1.ListNamespaceAsync(cancellationToken: Token)).Items.All(
                    each => each.Metadata.Name != "going"));
        Assert.Equal(
            ["kubernetes"],
            (await client.CoreV1.ListServiceForAllNamespacesAsync(cancellationToken: Token)).Items.Select(
                each => each.Metadata.Name));
    }

    [Fact]
    public async Task Addresses_of_deleted_Services_are_given_again()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync("10.96.0.0/30");
        using Kubernetes client = new(server.Configuration);
        V1Service service = new()
        {
            Metadata = new V1ObjectMeta { Name = "one" },
            Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 1 }] },
        };
        for (int i = 0; i < 5; i++)
        {
            await client.CoreV1.CreateNamespacedServiceAsync(service, "default", cancellationToken: Token);
            await client.CoreV1.DeleteNamespacedServiceAsync("one", "default", cancellationToken: Token);
        }
    }

    private protected override async Task<ITestedApiServer> StartServerAsync() => await ApiServerDouble.StartAsync();

    private protected override async Task<ITestedApiServer> StartServerAsync(string serviceCidr) =>
        await ApiServerDouble.StartAsync(serviceCidr);
}
