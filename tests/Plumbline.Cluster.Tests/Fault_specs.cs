using k8s;

namespace Plumbline.Cluster.Tests;

/// <summary>
/// A scaler ends with exactly the right Services despite faults of the API server and of the connection.
/// </summary>
public sealed class Fault_specs : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;

    /// <summary>PLUMBLINE_ALL_FAULTS=1 asks for the full size, which takes minutes.</summary>
    internal static bool IsAllAsked => Environment.GetEnvironmentVariable("PLUMBLINE_ALL_FAULTS") == "1";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _server = await ApiServerDouble.StartAsync();
        _view = new ClusterView(_server);
        await _view.StartEchoWorkersAsync(1);
    }

    public async ValueTask DisposeAsync()
    {
        _server.Faults = null;
        _server.OnRequest = _ => { };
        using ScalerLife last = new(_server);
        await last.RemoveAsync(_id, CancellationToken.None);
        await _view.AssertNothingLeftAsync();
        _view.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Services_are_exact_despite_random_faults_of_all_kinds(int seed)
    {
        (int services, int faults, double probability) = IsAllAsked ? (10_000, 1_000, 0.06) : (400, 60, 0.08);
        RandomFaults random = new(seed, faults, probability);
        _server.Faults = random;
        using ScalerLife life = new(_server);

        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, services), Token);
        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, services));
        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 2, services / 10), Token);
        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 2, services / 10));
        await life.RemoveAsync(_id, Token);
        await _view.AssertNothingLeftAsync();

        Assert.Equal(0, random.Left);
        Assert.True(random.Had.Count >= 10, $"only {string.Join(", ", random.Had.Keys)} came up");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_scaler_that_is_killed_at_random_and_restarted_ends_with_exact_Services(int seed)
    {
        (int kills, int most) = IsAllAsked ? (200, 2_000) : (12, 300);
        Random random = new(seed);
        ScaleStep step = ScalerLife.Step(_id, 0, 0);
        for (int kill = 0; kill < kills; kill++)
        {
            step = ScalerLife.Step(_id, step.Step + 1, random.Next(1, most));
            await LiveUntilKilledAsync(step, random.Next(1, 2 * most));
        }

        using ScalerLife last = new(_server);
        await last.Cluster.ScaleAsync(step, Token);
        await _view.AssertExactlyAsync(step);
    }

    [Fact]
    public async Task A_scaler_that_is_killed_during_a_removal_leaves_nothing_after_its_restart()
    {
        using (ScalerLife first = new(_server))
        {
            await first.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 250), Token);
        }

        using CancellationTokenSource kill = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _server.OnRequest = request =>
        {
            if (request is { Verb: "deletecollection" })
            {
                kill.Cancel();
            }
        };
        using (ScalerLife killed = new(_server))
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => killed.RemoveAsync(_id, kill.Token));
        }

        _server.OnRequest = _ => { };
        using ScalerLife next = new(_server);
        await next.RemoveAsync(_id, Token);
        await _view.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task An_API_server_that_accepts_few_requests_at_once_still_gets_all_Services()
    {
        _server.MostAtOnce = 5;
        _server.Latency = TimeSpan.FromMilliseconds(10);
        using ScalerLife life = new(_server);

        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 200), Token);

        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, 200));
        Assert.True(_server.Refused > 0);
    }

    [Fact]
    public async Task The_failure_says_that_the_API_server_does_not_answer()
    {
        using ScalerLife life = new(new Nobody(), patience: ScalerLife.Patience with { Retries = 2 });

        ApiException failure = await Assert.ThrowsAsync<ApiException>(
            () => life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token));

        Assert.StartsWith(
            "cannot ask whether it may get namespaces: the API server does not answer: Connection refused",
            failure.Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create", "services")]
    [InlineData("list", "endpointslices")]
    public async Task An_account_that_is_unknown_for_a_while_is_tried_again(string verb, string kind)
    {
        int refused = 0;
        _server.OnRequest = request =>
        {
            if (request.Verb == verb && request.Kind.Plural == kind && Interlocked.Increment(ref refused) <= 3)
            {
                throw ApiFailure.Unauthorized();
            }
        };
        using ScalerLife life = new(_server);

        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);

        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, 10));
        Assert.True(refused > 3);
    }

    [Fact]
    public async Task An_account_that_was_never_known_fails_at_once()
    {
        int asked = 0;
        _server.OnRequest = _ =>
        {
            Interlocked.Increment(ref asked);
            throw ApiFailure.Unauthorized();
        };
        using ScalerLife life = new(_server);

        ApiException failure = await Assert.ThrowsAsync<ApiException>(
            () => life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token));

        Assert.EndsWith("401 Unauthorized: Unauthorized", failure.Message, StringComparison.Ordinal);
        Assert.InRange(asked, 1, Permissions.Needed("", "").Count);
    }

    [Fact]
    public async Task A_request_without_an_answer_is_sent_again()
    {
        int hung = 0;
        _server.OnRequest = request =>
        {
            if (request is { Verb: "create", Kind.Plural: "services" } && Interlocked.Increment(ref hung) <= 3)
            {
                Thread.Sleep(600);
            }
        };
        using ScalerLife life = new(
            _server, patience: ScalerLife.Patience with { Attempt = TimeSpan.FromMilliseconds(300) });

        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);

        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, 10));
        Assert.True(hung > 10);
    }

    [Fact]
    public async Task A_namespace_that_does_not_go_fails_the_removal_and_the_next_experiment_removes_it()
    {
        using ScalerLife life = new(
            _server, patience: ScalerLife.Patience with { Termination = TimeSpan.FromMilliseconds(200) });
        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        _server.Controller.IsAtWork = false;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => life.RemoveAsync(_id, Token));

        Assert.Contains("does the cluster's controller manager run?", failure.Message, StringComparison.Ordinal);
        Assert.Empty((await _view.NamesAsync(_id)).Services);
        _server.Controller.IsAtWork = true;
        Guid next = Guid.NewGuid();
        await life.Cluster.ScaleAsync(ScalerLife.Step(next, 1, 10), Token);
        Assert.Equal(
            [ClusterNames.Namespace(next)],
            (await _view.Client.CoreV1.ListNamespaceAsync(
                labelSelector: ClusterNames.ExperimentLabel,
                cancellationToken: Token)).Items.Select(each => each.Metadata.Name));
        await life.RemoveAsync(next, Token);
    }

    [Fact]
    public async Task Something_that_undoes_the_changes_is_noticed()
    {
        using ScalerLife life = new(_server);
        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        _server.OnRequest = request =>
        {
            if (request is { Verb: "list", Kind.Plural: "services", Namespace.Length: > 20 })
            {
                _view.Client.CoreV1.DeleteNamespacedServiceWithHttpMessagesAsync("target-00000", request.Namespace)
                    .GetAwaiter().GetResult();
            }
        };

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => life.Cluster.ScaleAsync(ScalerLife.Step(_id, 2, 10), Token));

        Assert.Contains(
            "do not become the desired ones: 1 changes remain after 5 attempts",
            failure.Message,
            StringComparison.Ordinal);
    }

    private async Task LiveUntilKilledAsync(ScaleStep step, int requests)
    {
        using CancellationTokenSource kill = CancellationTokenSource.CreateLinkedTokenSource(Token);
        int left = requests;
        _server.OnRequest = _ =>
        {
            if (Interlocked.Decrement(ref left) == 0)
            {
                kill.Cancel();
            }
        };
        using ScalerLife life = new(_server);
        try
        {
            await life.Cluster.ScaleAsync(step, kill.Token);
        }
        catch (OperationCanceledException) when (!Token.IsCancellationRequested)
        {
            // Killed.
        }

        _server.OnRequest = _ => { };
    }

    private sealed class Nobody : ITestedApiServer
    {
        public KubernetesClientConfiguration Configuration { get; } =
            new() { Host = $"http://127.0.0.1:{Ports.Free()}" };

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
