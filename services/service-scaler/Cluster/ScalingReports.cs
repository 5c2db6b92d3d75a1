using Microsoft.Extensions.Logging;
using Plumbline.Contracts;

namespace Plumbline.ServiceScaler.Cluster;

/// <summary>
/// Publishes how far a step is, now and then where it has changed: not every Service that comes to be is news, and a step that stands still
/// must not look as if it went on.
/// </summary>
public sealed class ScalingReports(
    Func<ScalingProgress, CancellationToken, Task> publish, ReportPeriod period, TimeProvider clock, ILogger<ScalingReports> logger)
{
    /// <summary>Publishes until the work is done what it has told last.</summary>
    /// <param name="work">Tells how far it is, from any thread.</param>
    public async Task<T> DuringAsync<T>(Func<Action<ScalingProgress>, Task<T>> work, CancellationToken token)
    {
        ScalingProgress? last = null;
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

    private async Task PublishAsync(Func<ScalingProgress?> last, CancellationToken token)
    {
        using PeriodicTimer timer = new(period.Length, clock);
        ScalingProgress? published = null;
        try
        {
            while (await timer.WaitForNextTickAsync(token))
            {
                if (last() is { } progress && progress != published)
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
            logger.LogWarning(exception, "how far the step is cannot be told");
        }
    }
}

/// <summary>Between two reports.</summary>
public sealed record ReportPeriod
{
    public TimeSpan Length { get; init; } = TimeSpan.FromSeconds(1);
}
