using k8s;

namespace Plumbline.Cluster.Tests;

/// <summary>What an API server and the way to it can do to a scaler, and that it ends exact all the same.</summary>
public sealed class Fault_specs : IAsyncLifetime
{
    private readonly Guid _id = Guid.NewGuid();
    private ApiServerDouble _server = null!;
    private ClusterView _view = null!;

    /// <summary>All of it takes minutes: PLUMBLINE_ALL_FAULTS=1.</summary>
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
    public async Task Services_come_and_go_exactly_through_random_faults_of_all_kinds(int seed)
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
    public async Task A_scaler_that_is_killed_at_random_and_started_again_ends_exact(int seed)
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
    public async Task A_scaler_that_is_killed_while_it_removes_leaves_nothing_after_the_next_life()
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
    public async Task An_API_server_that_takes_few_requests_at_once_is_given_no_more_than_it_takes()
    {
        _server.MostAtOnce = 5;
        _server.Latency = TimeSpan.FromMilliseconds(10);
        using ScalerLife life = new(_server);

        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 200), Token);

        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, 200));
        Assert.InRange(life.Api.Concurrency.Limit, 2, 5);
        Assert.InRange(_server.Refused, 1, 50);
    }

    [Fact]
    public async Task An_API_server_that_is_away_for_good_is_named_in_the_failure()
    {
        using ScalerLife life = new(new Nobody(), patience: ScalerLife.Patience with { Retries = 2 });

        ApiException failure = await Assert.ThrowsAsync<ApiException>(() => life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token));

        Assert.StartsWith("cannot ask whether it may get namespaces: the API server does not answer: Connection refused", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("create", "services")]
    [InlineData("list", "endpointslices")]
    public async Task An_account_that_was_known_and_is_not_for_a_while_is_tried_again(string verb, string kind)
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
    public async Task An_account_that_was_never_known_is_told_at_once()
    {
        int asked = 0;
        _server.OnRequest = _ =>
        {
            Interlocked.Increment(ref asked);
            throw ApiFailure.Unauthorized();
        };
        using ScalerLife life = new(_server);

        ApiException failure = await Assert.ThrowsAsync<ApiException>(() => life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token));

        Assert.EndsWith("401 Unauthorized: Unauthorized", failure.Message, StringComparison.Ordinal);
        Assert.InRange(asked, 1, Permissions.Needed("", "").Count);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_given_up_and_asked_for_again()
    {
        int hung = 0;
        _server.OnRequest = request =>
        {
            if (request is { Verb: "create", Kind.Plural: "services" } && Interlocked.Increment(ref hung) <= 3)
            {
                Thread.Sleep(600);
            }
        };
        using ScalerLife life = new(_server, patience: ScalerLife.Patience with { Attempt = TimeSpan.FromMilliseconds(300) });

        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);

        await _view.AssertExactlyAsync(ScalerLife.Step(_id, 1, 10));
        Assert.True(hung > 10);
    }

    [Fact]
    public async Task A_namespace_that_does_not_go_fails_the_removal_and_the_next_experiment_sweeps_it_up()
    {
        using ScalerLife life = new(_server, patience: ScalerLife.Patience with { Termination = TimeSpan.FromMilliseconds(200) });
        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        _server.Controller.IsAtWork = false;

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => life.RemoveAsync(_id, Token));

        Assert.Contains("does the cluster's controller manager run?", failure.Message, StringComparison.Ordinal);
        Assert.Empty((await _view.NamesAsync(_id)).Services);
        _server.Controller.IsAtWork = true;
        Guid next = Guid.NewGuid();
        await life.Cluster.ScaleAsync(ScalerLife.Step(next, 1, 10), Token);
        Assert.Equal([ClusterNames.Namespace(next)], (await _view.Client.CoreV1.ListNamespaceAsync(labelSelector: ClusterNames.ExperimentLabel, cancellationToken: Token)).Items.Select(each => each.Metadata.Name));
        await life.RemoveAsync(next, Token);
    }

    [Fact]
    public async Task Something_that_undoes_what_is_done_is_noticed()
    {
        using ScalerLife life = new(_server);
        await life.Cluster.ScaleAsync(ScalerLife.Step(_id, 1, 10), Token);
        _server.OnRequest = request =>
        {
            if (request is { Verb: "list", Kind.Plural: "services", Namespace.Length: > 20 })
            {
                _view.Client.CoreV1.DeleteNamespacedServiceWithHttpMessagesAsync("target-00000", request.Namespace).GetAwaiter().GetResult();
            }
        };

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(() => life.Cluster.ScaleAsync(ScalerLife.Step(_id, 2, 10), Token));

        Assert.Contains("do not become what they should be: 1 changes remain after 5 attempts", failure.Message, StringComparison.Ordinal);
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
        public KubernetesClientConfiguration Configuration { get; } = new() { Host = $"http://127.0.0.1:{Ports.Free()}" };

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
