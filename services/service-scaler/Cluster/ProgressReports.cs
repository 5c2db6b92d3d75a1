using Microsoft.Extensions.Logging;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Publishes the progress of a step or a removal at intervals, and only when it has changed. Not every new Service is
/// news, and work that is stuck must not look as if it went on.
/// </summary>
public sealed class ProgressReports(
    Func<object, CancellationToken, Task> publish,
    ReportPeriod period,
    TimeProvider clock,
    ILogger<ProgressReports> logger)
{
    /// <summary>Publishes the work's latest progress until the work is done.</summary>
    /// <param name="work">Reports its progress as messages, from any thread. Equal messages mean no change.</param>
    /// <param name="token">Ends the work.</param>
    public async Task<T> DuringAsync<T>(Func<Action<object>, Task<T>> work, CancellationToken token)
    {
        object? last = null;
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task publishing = PublishAsync(() => Volatile.Read(ref last), done.Token);
        try
        {
            return await work(progress => Volatile.Write(ref last, progress));
        }
        finally
        {
            await done.CancelAsync();
            await publishing;
        }
    }

    /// <inheritdoc cref="DuringAsync{T}"/>
    public Task DuringAsync(Func<Action<object>, Task> work, CancellationToken token) => DuringAsync(
        async report =>
        {
            await work(report);
            return true;
        },
        token);

    private async Task PublishAsync(Func<object?> last, CancellationToken token)
    {
        using PeriodicTimer timer = new(period.Length, clock);
        object? published = null;
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                if (last() is { } progress && !progress.Equals(published))
                {
                    await publish(progress, token);
                    published = progress;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The work is done.
        }
        catch (Exception exception)
        {
            // The work continues without these messages.
            logger.LogWarning(exception, "progress cannot be published");
        }
    }
}

/// <summary>The time between two reports.</summary>
public sealed record ReportPeriod
{
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(1);
}
