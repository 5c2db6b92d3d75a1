using System.Net;
using k8s;
using k8s.Autorest;
using k8s.Models;

namespace Plumbline.Cluster.Tests;

/// <summary>What the double must do like a real API server. The same tests run on both.</summary>
public abstract class Conformance_suite : IAsyncLifetime
{
    private readonly string _namespace = $"conformance-{Guid.NewGuid():N}";
    private ITestedApiServer _server = null!;
    private Kubernetes _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await StartServerAsync();
        _client = new Kubernetes(_server.Configuration);
        await _client.CoreV1.CreateNamespaceAsync(
            new V1Namespace { Metadata = new V1ObjectMeta { Name = _namespace } }, cancellationToken: Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _client.CoreV1.DeleteNamespaceAsync(_namespace);
            _client.Dispose();
            await _server.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_name_can_be_used_once()
    {
        await CreateAsync("one");

        Assert.Equal((409, "AlreadyExists"), await RefusalAsync(() => CreateAsync("one")));
    }

    [Fact]
    public async Task A_write_to_an_object_that_has_changed_since_it_was_read_is_a_conflict()
    {
        V1Service read = await CreateAsync("one");
        read.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" };
        await _client.CoreV1.ReplaceNamespacedServiceAsync(read, "one", _namespace, cancellationToken: Token);

        Assert.Equal(
            (409, "Conflict"),
            await RefusalAsync(
                () => _client.CoreV1.ReplaceNamespacedServiceAsync(read, "one", _namespace, cancellationToken: Token)));
    }

    [Fact]
    public async Task All_pages_of_a_list_show_the_state_of_the_first()
    {
        await CreateManyAsync(25);

        V1ServiceList first = await PageAsync(null);
        await CreateAsync("service-00-later");
        await _client.CoreV1.DeleteNamespacedServiceAsync("service-24", _namespace, cancellationToken: Token);
        V1ServiceList second = await PageAsync(first.Metadata.ContinueProperty);
        V1ServiceList third = await PageAsync(second.Metadata.ContinueProperty);

        Assert.Equal((10, 10, 5), (first.Items.Count, second.Items.Count, third.Items.Count));
        Assert.Equal(15, first.Metadata.RemainingItemCount);
        Assert.True(string.IsNullOrEmpty(third.Metadata.ContinueProperty));
        Assert.Equal("service-24", third.Items[^1].Metadata.Name);
        Assert.All(
            [second, third], page => Assert.Equal(first.Metadata.ResourceVersion, page.Metadata.ResourceVersion));
    }

    [Fact]
    public async Task A_collection_is_deleted_by_label_and_other_objects_stay()
    {
        await CreateManyAsync(6);

        await _client.CoreV1.DeleteCollectionNamespacedServiceAsync(
            _namespace, labelSelector: "parity=0", cancellationToken: Token);

        Assert.Equal(["service-01", "service-03", "service-05"], await NamesAsync());
        Assert.Equal(
            ["service-03"],
            (await _client.CoreV1.ListNamespacedServiceAsync(
                _namespace,
                fieldSelector: "metadata.name=service-03",
                cancellationToken: Token)).Items.Select(each => each.Metadata.Name));
        Assert.Equal(
            3,
            (await _client.CoreV1.ListNamespacedServiceAsync(
                _namespace,
                labelSelector: "parity,parity notin (0,2),!absent,parity!=0",
                cancellationToken: Token)).Items.Count);
    }

    [Fact]
    public async Task A_watch_sends_every_change_after_its_list()
    {
        await CreateAsync("before");
        string version =
            (await _client.CoreV1.ListNamespacedServiceAsync(
                _namespace, cancellationToken: Token)).Metadata.ResourceVersion;
        V1Service one = await CreateAsync("one");
        one.Metadata.Labels = new Dictionary<string, string> { ["a"] = "b" };
        await _client.CoreV1.ReplaceNamespacedServiceAsync(one, "one", _namespace, cancellationToken: Token);
        await _client.CoreV1.DeleteNamespacedServiceAsync("one", _namespace, cancellationToken: Token);

        List<string> seen = [];
        await foreach ((WatchEventType type, V1Service service) in _client.CoreV1.WatchListNamespacedServiceAsync(
            _namespace, resourceVersion: version, timeoutSeconds: 1, cancellationToken: Token))
        {
            seen.Add($"{type} {service.Metadata.Name}");
        }

        Assert.Equal(["Added one", "Modified one", "Deleted one"], seen);
    }

    [Fact]
    public async Task Nothing_can_be_created_in_a_missing_namespace() => Assert.Equal(
        (404, "NotFound"), await RefusalAsync(
            () => _client.CoreV1.CreateNamespacedServiceAsync(Service("one"), "nowhere", cancellationToken: Token)));

    [Fact]
    public async Task Each_Service_gets_its_own_address_from_the_range()
    {
        V1Service one = await CreateAsync("one");
        V1Service two = await CreateAsync("two");

        Assert.True(IPNetwork.Parse("10.96.0.0/16").Contains(IPAddress.Parse(one.Spec.ClusterIP)));
        Assert.NotEqual(one.Spec.ClusterIP, two.Spec.ClusterIP);
        Assert.Equal(
            ("ClusterIP", "TCP", "7000"),
            (one.Spec.Type, one.Spec.Ports[0].Protocol, one.Spec.Ports[0].TargetPort.ToString()));
        V1Service again = Service("again");
        again.Spec.ClusterIP = one.Spec.ClusterIP;
        Assert.Equal(
            (422, "Invalid"),
            await RefusalAsync(
                () => _client.CoreV1.CreateNamespacedServiceAsync(again, _namespace, cancellationToken: Token)));
    }

    [Fact]
    public async Task An_address_outside_the_range_is_refused_and_the_range_can_be_found()
    {
        V1Service outside = Service("outside");
        outside.Spec.ClusterIP = "192.0.2.1";
        Assert.Equal(
            (422, "Invalid"),
            await RefusalAsync(
                () =>
                    _client.CoreV1.CreateNamespacedServiceAsync(
                        outside, _namespace, dryRun: "All", cancellationToken: Token)));

        using ApiServer api = new(new Kubernetes(_server.Configuration));
        Assert.Equal(["10.96.0.0/16"], await ServiceAddresses.FindCidrsAsync(api, Token));
    }

    [Fact]
    public async Task A_dry_run_creates_nothing()
    {
        await _client.CoreV1.CreateNamespacedServiceAsync(
            Service("dry"), _namespace, dryRun: "All", cancellationToken: Token);

        Assert.Empty(await NamesAsync());
    }

    [Fact]
    public async Task A_deletion_with_another_objects_uid_is_refused()
    {
        await CreateAsync("one");
        V1DeleteOptions options = new() { Preconditions = new V1Preconditions { Uid = $"{Guid.Empty}" } };

        Assert.Equal(
            (409, "Conflict"),
            await RefusalAsync(
                () =>
                    _client.CoreV1.DeleteNamespacedServiceAsync("one", _namespace, options, cancellationToken: Token)));
        Assert.Equal(["one"], await NamesAsync());
    }

    [Fact]
    public async Task A_merge_patch_adds_and_removes_fields()
    {
        V1Namespace noted = await AnnotateAsync("a", "1");
        Assert.Equal("1", noted.Metadata.Annotations["a"]);
        noted = await AnnotateAsync("a", null);
        Assert.True(noted.Metadata.Annotations?.ContainsKey("a") != true);
    }

    [Fact]
    public async Task Invalid_objects_are_refused()
    {
        V1Service portless = new() { Metadata = new V1ObjectMeta { Name = "portless" }, Spec = new V1ServiceSpec() };
        Assert.Equal(
            (422, "Invalid"),
            await RefusalAsync(
                () => _client.CoreV1.CreateNamespacedServiceAsync(portless, _namespace, cancellationToken: Token)));
        V1Service nameless = Service("nameless");
        nameless.Spec.Ports.Add(new V1ServicePort { Port = 7001 });
        Assert.Equal(
            (422, "Invalid"),
            await RefusalAsync(
                () => _client.CoreV1.CreateNamespacedServiceAsync(nameless, _namespace, cancellationToken: Token)));
        V1EndpointSlice untyped = new()
        {
            Metadata = new V1ObjectMeta { Name = "untyped" },
            AddressType = "IPv4",
            Endpoints = [new V1Endpoint { Addresses = [] }],
        };
        Assert.Equal(
            (422, "Invalid"),
            await RefusalAsync(
                () =>
                    _client.DiscoveryV1.CreateNamespacedEndpointSliceAsync(
                        untyped, _namespace, cancellationToken: Token)));
    }

    [Fact]
    public async Task An_access_review_answers_what_is_allowed()
    {
        V1SelfSubjectAccessReview review = new()
        {
            Spec = new V1SelfSubjectAccessReviewSpec
            {
                ResourceAttributes = new V1ResourceAttributes
                {
                    Resource = "services",
                    Verb = "create",
                    NamespaceProperty = _namespace,
                },
            },
        };

        Assert.True(
            (await _client.AuthorizationV1.CreateSelfSubjectAccessReviewAsync(
                review, cancellationToken: Token)).Status.Allowed);
    }

    [Fact]
    public async Task A_merge_patch_of_an_object_that_has_changed_since_it_was_read_is_a_conflict()
    {
        V1ConfigMap map = new()
        {
            Metadata = new V1ObjectMeta { Name = "map" },
            Data = new Dictionary<string, string> { ["a"] = "1", ["b"] = "1" },
        };
        V1ConfigMap read = await _client.CoreV1.CreateNamespacedConfigMapAsync(
            map, _namespace, cancellationToken: Token);

        V1ConfigMap patched = await PatchAsync(read.Metadata.ResourceVersion);

        Assert.Equal(("2\n", "1"), (patched.Data["a"], patched.Data["b"]));
        Assert.Equal((409, "Conflict"), await RefusalAsync(() => PatchAsync(read.Metadata.ResourceVersion)));

        Task<V1ConfigMap> PatchAsync(string version) => _client.CoreV1.PatchNamespacedConfigMapAsync(
            new V1Patch(
                new { metadata = new { resourceVersion = version }, data = new { a = "2\n" } },
                V1Patch.PatchType.MergePatch), "map", _namespace, cancellationToken: Token);
    }

    [Fact]
    public async Task A_DaemonSets_generation_counts_only_changes_of_its_spec()
    {
        V1DaemonSet created = KubeProxyDaemon.DaemonSet();
        created.Status = new V1DaemonSetStatus { ObservedGeneration = 7, DesiredNumberScheduled = 7 };
        created = await _client.AppsV1.CreateNamespacedDaemonSetAsync(created, _namespace, cancellationToken: Token);
        Assert.Equal((1, null), (created.Metadata.Generation, created.Status?.ObservedGeneration));
        string template = KubernetesJson.Serialize(created.Spec.Template);

        Assert.Equal(2, (await RestartAsync("now")).Metadata.Generation);
        Assert.Equal(2, (await RestartAsync("now")).Metadata.Generation);
        V1DaemonSet there = await _client.AppsV1.ReadNamespacedDaemonSetAsync(
            "kube-proxy", _namespace, cancellationToken: Token);
        there.Status = new V1DaemonSetStatus
        {
            ObservedGeneration = 2,
            DesiredNumberScheduled = 3,
            UpdatedNumberScheduled = 1,
            NumberAvailable = 2,
        };
        there = await _client.AppsV1.ReplaceNamespacedDaemonSetStatusAsync(
            there, "kube-proxy", _namespace, cancellationToken: Token);
        Assert.Equal(
            (2, 2, 3),
            (there.Metadata.Generation, there.Status.ObservedGeneration, there.Status.DesiredNumberScheduled));
        V1DaemonSet back = await RestartAsync(null);

        Assert.Equal(
            (3, 2, 2), (back.Metadata.Generation, back.Status.ObservedGeneration, back.Status.NumberAvailable));
        Assert.Equal(template, KubernetesJson.Serialize(back.Spec.Template));

        Task<V1DaemonSet> RestartAsync(string? mark) => _client.AppsV1.PatchNamespacedDaemonSetAsync(
            new V1Patch(
                new
                {
                    spec = new
                    {
                        template = new
                        {
                            metadata = new { annotations = new Dictionary<string, string?> { ["a"] = mark } },
                        },
                    },
                },
                V1Patch.PatchType.MergePatch),
            "kube-proxy", _namespace, cancellationToken: Token);
    }

    [Fact]
    public async Task A_DaemonSet_that_does_not_select_its_own_pods_is_refused()
    {
        V1DaemonSet other = KubeProxyDaemon.DaemonSet();
        other.Spec.Selector.MatchLabels["k8s-app"] = "other";

        Assert.Equal(
            (422, "Invalid"),
            await RefusalAsync(
                () => _client.AppsV1.CreateNamespacedDaemonSetAsync(other, _namespace, cancellationToken: Token)));
    }

    [Fact]
    public async Task A_quota_refuses_what_exceeds_it_and_is_named()
    {
        Dictionary<string, ResourceQuantity> hard = new() { ["count/services"] = new ResourceQuantity("2") };
        V1ResourceQuota quota = await _client.CoreV1.CreateNamespacedResourceQuotaAsync(
            new V1ResourceQuota
            {
                Metadata = new V1ObjectMeta { Name = "small" },
                Spec = new V1ResourceQuotaSpec { Hard = hard },
            }, _namespace, cancellationToken: Token);

        // As the cluster's quota controller would write it.
        quota.Status = new V1ResourceQuotaStatus
        {
            Hard = hard,
            Used = new Dictionary<string, ResourceQuantity> { ["count/services"] = new ResourceQuantity("0") },
        };
        await _client.CoreV1.ReplaceNamespacedResourceQuotaStatusAsync(
            quota, "small", _namespace, cancellationToken: Token);

        HttpOperationException refused = await Assert.ThrowsAsync<HttpOperationException>(() => CreateManyAsync(3));

        Assert.Equal(
            (HttpStatusCode.Forbidden, "services \"service-02\" is forbidden: exceeded quota: small, requested: "
                + "count/services=1, used: count/services=2, limited: count/services=2"),
            (ApiStatus.Of(refused).Code, ApiStatus.Of(refused).Message));
    }

    [Fact]
    public async Task A_range_without_free_addresses_is_an_internal_error_that_says_so()
    {
        await using ITestedApiServer small = await StartServerAsync("10.96.0.0/29");
        using Kubernetes client = new(small.Configuration);

        int created = 0;
        HttpOperationException refused = await Assert.ThrowsAsync<HttpOperationException>(async () =>
        {
            for (; created <= 6; created++)
            {
                await client.CoreV1.CreateNamespacedServiceAsync(
                    Service($"s-{created}"), "default", cancellationToken: Token);
            }
        });

        Assert.InRange(created, 5, 6);
        Assert.Equal(
            (HttpStatusCode.InternalServerError, "InternalError", "Internal error occurred: failed to allocate a "
                + $"serviceIP for Service \"s-{created}\": range is full"),
            (ApiStatus.Of(refused).Code, ApiStatus.Of(refused).Reason, ApiStatus.Of(refused).Message));
    }

    private protected abstract Task<ITestedApiServer> StartServerAsync();

    /// <summary>An API server with its own range of addresses for Services.</summary>
    private protected abstract Task<ITestedApiServer> StartServerAsync(string serviceCidr);

    private static V1Service Service(string name, int parity = 0) => new()
    {
        Metadata =
            new V1ObjectMeta { Name = name, Labels = new Dictionary<string, string> { ["parity"] = $"{parity}" } },
        Spec = new V1ServiceSpec { Ports = [new V1ServicePort { Port = 7000 }] },
    };

    private static async Task<(int, string)> RefusalAsync(Func<Task> request)
    {
        HttpOperationException refused = await Assert.ThrowsAsync<HttpOperationException>(request);
        ApiStatus status = ApiStatus.Of(refused);
        return ((int)status.Code, status.Reason);
    }

    private Task<V1Service> CreateAsync(string name) =>
        _client.CoreV1.CreateNamespacedServiceAsync(Service(name), _namespace, cancellationToken: Token);

    private async Task CreateManyAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await _client.CoreV1.CreateNamespacedServiceAsync(
                Service($"service-{i:D2}", i % 2), _namespace, cancellationToken: Token);
        }
    }

    private Task<V1ServiceList> PageAsync(string? next) =>
        _client.CoreV1.ListNamespacedServiceAsync(
            _namespace, limit: 10, continueParameter: next, cancellationToken: Token);

    private async Task<string[]> NamesAsync() =>
        [.. (await _client.CoreV1.ListNamespacedServiceAsync(_namespace, cancellationToken: Token)).Items.Select(
            each => each.Metadata.Name).Order(StringComparer.Ordinal)];

    private Task<V1Namespace> AnnotateAsync(string name, string? value) => _client.CoreV1.PatchNamespaceAsync(
        new V1Patch(
            new { metadata = new { annotations = new Dictionary<string, string?> { [name] = value } } },
            V1Patch.PatchType.MergePatch), _namespace, cancellationToken: Token);
}
