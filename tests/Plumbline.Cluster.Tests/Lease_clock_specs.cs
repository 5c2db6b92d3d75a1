using System.Diagnostics;
using k8s;

namespace Plumbline.Cluster.Tests;

/// <summary>A holder is judged by the renewals that others see, never by two machines' clocks.</summary>
public sealed class Lease_clock_specs : IAsyncLifetime
{
    private static readonly LeaseTerms s_terms = new()
    {
        Duration = TimeSpan.FromSeconds(1),
        Renewal = TimeSpan.FromMilliseconds(50),
    };

    private readonly LeaseHolder _holder = new("pipeline-1", Guid.NewGuid());
    private readonly LeaseHolder _other = new("pipeline-2", Guid.NewGuid());
    private readonly List<LeaseReading> _waits = [];
    private ApiServerDouble _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await ApiServerDouble.StartAsync();

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(-60)]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_holder_keeps_the_cluster_while_it_renews_whatever_its_clock_says(int aheadSeconds)
    {
        (HeldLease? held, _) = await HeldLease.TakeAsync(
            Lease(new ShiftedClock(aheadSeconds)), _holder, _ => { }, Token);
        await using (held)
        {
            long start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < 2 * s_terms.Duration)
            {
                string? refusal = await TakeAsync(TimeProvider.System);

                Assert.StartsWith($"the cluster is held by {_holder}", refusal, StringComparison.Ordinal);
            }

            Assert.False(held!.Lost.IsCancellationRequested);
        }
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(0)]
    [InlineData(60)]
    public async Task A_holder_that_stops_renewing_loses_the_cluster_after_the_duration_whatever_its_clock_says(
        int aheadSeconds)
    {
        await Lease(new ShiftedClock(aheadSeconds)).TakeAsync(_holder, _ => { }, Token);
        long start = Stopwatch.GetTimestamp();

        Assert.Null(await TakeAsync(TimeProvider.System));

        Assert.True(Stopwatch.GetElapsedTime(start) >= s_terms.Duration);
        Assert.Equal(_other, await Lease(TimeProvider.System).HolderAsync(Token));
        Assert.False(await Lease(TimeProvider.System).RenewAsync(_holder, Token));
        Assert.Equal(_holder, Assert.Single(_waits).Holder);
    }

    [Fact]
    public async Task A_clock_that_is_set_forward_during_the_wait_does_not_shorten_it()
    {
        await Lease(TimeProvider.System).TakeAsync(_holder, _ => { }, Token);
        ShiftedClock clock = new(0);
        long start = Stopwatch.GetTimestamp();

        Task<string?> taking = TakeAsync(clock);
        clock.AheadSeconds = 3_600;

        Assert.Null(await taking);
        Assert.True(Stopwatch.GetElapsedTime(start) >= s_terms.Duration);
    }

    [Fact]
    public async Task A_holder_that_gives_the_cluster_back_during_the_wait_ends_the_wait()
    {
        ClusterLease patient = Lease(TimeProvider.System, s_terms with { Duration = TimeSpan.FromMinutes(10) });
        await patient.TakeAsync(_holder, _ => { }, Token);
        Task<string?> taking = TakeAsync(TimeProvider.System);
        await Waiting.UntilAsync(() => Task.FromResult(_waits.Count == 1));

        await patient.ReleaseAsync(_holder, Token);

        Assert.Null(await taking);
        Assert.Equal(TimeSpan.FromMinutes(10), _waits[0].Duration);
    }

    [Fact]
    public async Task A_free_cluster_and_ones_own_are_taken_without_a_wait()
    {
        Assert.Null(await TakeAsync(TimeProvider.System));
        Assert.Null(await TakeAsync(TimeProvider.System));

        Assert.Empty(_waits);
    }

    private Task<string?> TakeAsync(TimeProvider clock) => Lease(clock).TakeAsync(_other, _waits.Add, Token);

    private ClusterLease Lease(TimeProvider clock, LeaseTerms? terms = null) =>
        new(new ApiServer(new Kubernetes(_server.Configuration)), terms ?? s_terms, clock);

    /// <summary>
    /// A machine whose wall clock is wrong. Its timers and its monotonic clock are right, as on any machine.
    /// </summary>
    private sealed class ShiftedClock(int aheadSeconds) : TimeProvider
    {
        public int AheadSeconds { get; set; } = aheadSeconds;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddSeconds(AheadSeconds);
    }
}
