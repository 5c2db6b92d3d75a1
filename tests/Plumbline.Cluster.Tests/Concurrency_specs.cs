namespace Plumbline.Cluster.Tests;

/// <summary>How many requests are made at once.</summary>
public sealed class Concurrency_specs
{
    private readonly StillClock _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_grows_by_each_success_while_all_goes_well_up_to_its_most()
    {
        AdaptiveConcurrency concurrency = new(_clock, most: 20);
        List<int> limits = [concurrency.Limit];
        foreach (int successes in (int[])[8, 100])
        {
            await SucceedAsync(concurrency, successes);
            limits.Add(concurrency.Limit);
        }

        Assert.Equal([8, 16, 20], limits);
    }

    [Fact]
    public async Task It_is_halved_once_by_a_push_back_and_by_all_that_was_under_way_with_it()
    {
        AdaptiveConcurrency concurrency = new(_clock);
        TaskCompletionSource pushBack = new();
        Task[] all = [.. Enumerable.Range(0, 8).Select(_ => concurrency.RunAsync(
            async () =>
            {
                await pushBack.Task;
                concurrency.PushBack();
            },
            Token))];

        pushBack.SetResult();
        await Task.WhenAll(all);

        Assert.Equal(4, concurrency.Limit);
    }

    [Fact]
    public async Task After_a_push_back_it_grows_by_one_every_few_seconds()
    {
        AdaptiveConcurrency concurrency = new(_clock);
        concurrency.PushBack();
        await SucceedAsync(concurrency, 1_000);
        Assert.Equal(4, concurrency.Limit);

        _clock.Seconds += 5;
        await SucceedAsync(concurrency, 1_000);

        Assert.Equal(5, concurrency.Limit);
    }

    [Fact]
    public void It_never_comes_to_a_standstill()
    {
        AdaptiveConcurrency concurrency = new(_clock);
        for (int i = 0; i < 20; i++)
        {
            concurrency.PushBack();
        }

        Assert.Equal(2, concurrency.Limit);
    }

    [Fact]
    public async Task No_more_than_the_limit_are_under_way_and_who_gives_up_waiting_takes_no_turn()
    {
        AdaptiveConcurrency concurrency = new(_clock, most: 2);
        TaskCompletionSource go = new();
        using CancellationTokenSource impatient = new();
        Task[] first = [.. Enumerable.Range(0, 2).Select(_ => concurrency.RunAsync(() => go.Task, Token))];
        bool ran = false;
        Task third = concurrency.RunAsync(
            () =>
            {
                ran = true;
                return Task.CompletedTask;
            },
            impatient.Token);
        Task fourth = concurrency.RunAsync(() => Task.CompletedTask, Token);

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.False(fourth.IsCompleted);
        go.SetResult();
        await Task.WhenAll([.. first, fourth]);

        Assert.False(ran);
    }

    private static async Task SucceedAsync(AdaptiveConcurrency concurrency, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await concurrency.RunAsync(() => Task.CompletedTask, Token);
        }
    }

    private sealed class StillClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
