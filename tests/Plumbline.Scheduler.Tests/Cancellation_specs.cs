using Plumbline.Hosting;

namespace Plumbline.Scheduler.Tests;

/// <summary>Workers distinguish an experiment's cancel from their host's stop.</summary>
public sealed class Cancellation_specs
{
    private readonly ExperimentCancellations _cancellations = new();
    private readonly Guid _id = Guid.NewGuid();

    [Fact]
    public async Task A_cancel_ends_the_work_without_an_error()
    {
        bool done = await _cancellations.RunUnlessCancelledAsync(_id, 0, async token =>
        {
            _cancellations.Cancel(_id);
            await Task.Delay(Timeout.Infinite, token);
        }, TestContext.Current.CancellationToken);

        Assert.False(done);
    }

    [Fact]
    public async Task A_cancel_of_another_experiment_changes_nothing()
    {
        _cancellations.Cancel(Guid.NewGuid());

        Assert.True(await _cancellations.RunUnlessCancelledAsync(
            _id, 0, _ => Task.CompletedTask, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_stopping_host_throws_with_its_own_token()
    {
        using CancellationTokenSource host = new();

        OperationCanceledException stop = await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _cancellations.RunUnlessCancelledAsync(_id, 0, async token =>
            {
                await host.CancelAsync();
                await Task.Delay(Timeout.Infinite, token);
            }, host.Token));

        Assert.Equal(host.Token, stop.CancellationToken);
    }

    [Fact]
    public Task A_failure_is_passed_on() => Assert.ThrowsAsync<InvalidOperationException>(() =>
        _cancellations.RunUnlessCancelledAsync(
            _id, 0, _ => throw new InvalidOperationException("broken"), TestContext.Current.CancellationToken));
}
