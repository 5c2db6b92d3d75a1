using Microsoft.Extensions.Logging;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Publishes how far a step or a removal is, now and then where it has changed: not every Service that comes to be is news, and work that
/// stands still must not look as if it went on.
/// </summary>
public sealed class ProgressReports(
    Func<object, CancellationToken, Task> publish, ReportPeriod period, TimeProvider clock, ILogger<ProgressReports> logger)
{
    /// <summary>Publishes until the work is done what it has told last.</summary>
    /// <param name="work">Tells how far it is by messages that are equal where nothing has changed, from any thread.</param>
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
            // The work goes on without these messages.
            logger.LogWarning(exception, "how far the work is cannot be told");
        }
    }
}

/// <summary>Between two reports.</summary>
public sealed record ReportPeriod
{
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(1);
}
