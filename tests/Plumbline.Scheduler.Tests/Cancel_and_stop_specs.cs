using Plumbline.Hosting;

namespace Plumbline.Scheduler.Tests;

/// <summary>Cancels and stops that meet each other, a failure, or work that has not begun.</summary>
public sealed class Cancel_and_stop_specs : IDisposable
{
    private static readonly Guid s_id = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000003");

    private readonly ExperimentCancellations _cancellations = new();
    private readonly CancellationTokenSource _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public async Task A_failure_because_of_a_cancel_is_not_a_fault() => Assert.False(await RunAsync(_ =>
    {
        _cancellations.Cancel(s_id);
        throw new InvalidOperationException("the tool was killed");
    }));

    [Fact]
    public async Task A_stopping_host_throws_even_when_the_experiment_is_cancelled_too()
    {
        OperationCanceledException thrown =
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(async token =>
        {
            _cancellations.Cancel(s_id);
            await _host.CancelAsync();
            token.ThrowIfCancellationRequested();
        }));

        Assert.Equal(_host.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task Work_of_an_experiment_that_is_already_cancelled_never_starts()
    {
        bool worked = false;
        _cancellations.Cancel(s_id);

        Assert.False(await RunAsync(_ =>
        {
            worked = true;
            return Task.CompletedTask;
        }));
        Assert.False(worked);
    }

    [Fact]
    public async Task Work_on_a_host_that_is_already_stopping_never_starts()
    {
        bool worked = false;
        await _host.CancelAsync();

        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => RunAsync(_ =>
        {
            worked = true;
            return Task.CompletedTask;
        }));

        Assert.Equal(_host.Token, thrown.CancellationToken);
        Assert.False(worked);
    }

    [Fact]
    public async Task The_works_own_timeout_is_passed_on()
    {
        using CancellationTokenSource own = new();
        await own.CancelAsync();

        OperationCanceledException thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => RunAsync(_ => throw new OperationCanceledException(own.Token)));

        Assert.Equal(own.Token, thrown.CancellationToken);
    }

    private Task<bool> RunAsync(Func<CancellationToken, Task> work) =>
        _cancellations.RunUnlessCancelledAsync(s_id, 0, work, _host.Token);
}
