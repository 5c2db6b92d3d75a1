using Plumbline.Cli.Views;
using Plumbline.Cli.Watching;
using Plumbline.Contracts;

namespace Plumbline.Cli.Pipeline;

/// <summary>
/// Watches until the end. Events are quick but can be missed, so the watcher also asks the scheduler now and then.
/// </summary>
/// <param name="withRecord">Wait until the end is in the database.</param>
internal sealed class Watcher(
    SchedulerClient client, ExperimentEvents events, WatchedRun run, IProgressView view, bool withRecord)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(3);

    /// <summary>How long to wait for the event of an end that the scheduler reported.</summary>
    private static readonly TimeSpan s_eventPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long to wait until an end is recorded.</summary>
    private static readonly TimeSpan s_recordPatience = TimeSpan.FromSeconds(30);

    /// <param name="first">The present state. Null when it is not known.</param>
    /// <returns>Null when <paramref name="stop"/> stopped the watcher.</returns>
    public async Task<RunEnd?> WatchAsync(ExperimentStatus? first, CancellationToken stop)
    {
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (first is not null)
        {
            events.Add(first);
        }

        Task asking = AskAsync(ended.Token);
        try
        {
            await foreach (object message in events.ReadAllAsync(patience.Token))
            {
                RunEnd? before = run.End;
                foreach (object shown in run.Take(message))
                {
                    view.Show(shown);
                }

                if (run.IsSettled(withRecord))
                {
                    return run.End;
                }

                if (run.End != before)
                {
                    patience.CancelAfter(run.IsEndHeard ? s_recordPatience : s_eventPatience);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped, or waited long enough after the end.
        }
        finally
        {
            await ended.CancelAsync();
            await asking;
        }

        if (stop.IsCancellationRequested)
        {
            return null;
        }

        if (run.IsEndHeard && withRecord)
        {
            view.Note("the end is not in the database yet; the report may be incomplete");
        }

        return run.End;
    }

    private async Task AskAsync(CancellationToken token)
    {
        string? trouble = null;
        try
        {
            while (true)
            {
                await Task.Delay(s_interval, token);
                string? before = trouble;
                trouble = await AskOnceAsync(token);
                if (trouble is not null && before is null)
                {
                    view.Note($"{trouble}; trying again");
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The end is known.
        }
    }

    /// <returns>Why there was no answer. Null when there was one.</returns>
    private async Task<string?> AskOnceAsync(CancellationToken token)
    {
        try
        {
            IReadOnlyList<ExperimentStatus> found = await client.StatusAsync(run.ExperimentId.ToString("N"), token);
            events.Add(found.Count == 0 ? new ExperimentUnknown() : found[0]);
            return null;
        }
        catch (UserException exception)
        {
            return exception.Message;
        }
    }
}
