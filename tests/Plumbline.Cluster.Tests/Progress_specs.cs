namespace Plumbline.Cluster.Tests;

/// <summary>The published progress of steps and removals.</summary>
public sealed class Progress_specs
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(250);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Services_and_then_rules_are_reported_until_all_exist()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using ClusterView view = new(server);
        await view.StartEchoWorkersAsync(1);
        server.Latency = TimeSpan.FromMilliseconds(20);
        using ScalerLife life = new(server, rules: new() { FirstPause = s_look, LongestPause = s_look });
        life.Node.Behind.Clear();
        foreach (int behind in (int[])[40, 40, 40, 7, 7, 7, 0])
        {
            life.Node.Behind.Enqueue(behind);
        }

        Guid id = Guid.NewGuid();

        await life.Cluster.ScaleAsync(ScalerLife.Step(id, 2, 150), Token);

        ScalingProgress[] told = [.. life.Progress];
        Assert.All(
            told, each => Assert.Equal((id, 2, 150, 150), (each.ExperimentId, each.Step, each.Services, each.Rules)));
        Assert.Contains(
            told, each => each.RulesThere is null && each.ServicesThere is > 0 and < 150 && each.ChangesLeft > 0);
        Assert.Contains(told, each => each is { RulesThere: 110, ServicesThere: 150, ChangesLeft: 0 });
        Assert.Contains(told, each => each.RulesThere == 143);
        Assert.InRange(told.Length, 3, 30);
        await life.RemoveAsync(id, Token);
    }

    [Fact]
    public async Task The_remaining_removals_are_reported_until_everything_is_gone()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using ClusterView view = new(server);
        await view.StartEchoWorkersAsync(1);
        using ScalerLife life = new(server);
        Guid id = Guid.NewGuid();
        await life.Cluster.ScaleAsync(ScalerLife.Step(id, 0, 3_000), Token);
        server.Latency = TimeSpan.FromMilliseconds(100);

        await life.RemoveAsync(id, Token);

        int[] left = [.. life.Removals.Select(each => each.ChangesLeft)];
        Assert.Equal(left.OrderDescending(), left);
        Assert.True(left.Distinct().Count() > 1, $"told only {string.Join(", ", left)}");
        Assert.All(life.Removals, each => Assert.Equal((id, null), (each.ExperimentId, each.ProxyRestart)));
        await view.AssertNothingLeftAsync();
    }

    [Fact]
    public async Task Rules_that_stop_appearing_fail_the_step_with_their_number()
    {
        await using ApiServerDouble server = await ApiServerDouble.StartAsync();
        using ClusterView view = new(server);
        await view.StartEchoWorkersAsync(1);
        using ScalerLife life = new(
            server,
            rules: new() { FirstPause = TimeSpan.FromMilliseconds(10), Standstill = TimeSpan.FromMilliseconds(200) });
        life.Node.Behind.Clear();
        life.Node.Behind.Enqueue(3);
        Guid id = Guid.NewGuid();

        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => life.Cluster.ScaleAsync(ScalerLife.Step(id, 1, 10), Token));

        Assert.StartsWith(
            $"node node-1 has 7 of 10 rules of namespace plumbline-{id:N}, and for 0 s that has not changed",
            failure.Message,
            StringComparison.Ordinal);
        Assert.Null(await life.Cluster.FindCompleteAsync(id, Token));
        await life.RemoveAsync(id, Token);
        await view.AssertNothingLeftAsync();
    }
}
