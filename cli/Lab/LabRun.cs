using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Plumbline.Cli.Views;
using Plumbline.Cli.Watching;
using Plumbline.Contracts;
using Plumbline.Paths.Lab;

namespace Plumbline.Cli.Lab;

/// <summary>
/// Runs one experiment in the lab, from taking the lock to removing the last namespace. The pipeline removes what it
/// created. Namespaces that it could not remove are removed here by name.
/// </summary>
internal sealed class LabRun(ResultsFolder results, IProgressView view, bool verbose)
{
    private static readonly TimeSpan s_cancelPatience = TimeSpan.FromSeconds(15);

    /// <returns>
    /// How the experiment ended: <see cref="ExperimentCompleted"/>, <see cref="ExperimentFailed"/>,
    /// <see cref="ExperimentCancelled"/> or <see cref="ExperimentRejected"/>.
    /// </returns>
    public async Task<object> RunAsync(Guid experimentId, ExperimentSpec spec)
    {
        using LabLock labLock = LabLock.TryTake()
            ?? throw new UserException(
                ExitCode.CannotRun,
                "another lab is running on this machine; two labs would disturb each other");
        IReadOnlyList<string> leftovers = await LabNetwork.RemoveAsync();
        if (leftovers.Count > 0)
        {
            view.Note($"removed {leftovers.Count} network namespaces of an earlier lab");
        }

        using StopSignals signals = new();
        try
        {
            ExperimentEvents events = new();
            using IHost host = LabHost.Build(results, events, verbose);
            await host.StartAsync();
            try
            {
                return await WatchAsync(host.Services.GetRequiredService<IBus>(), events, signals, experimentId, spec);
            }
            finally
            {
                await host.StopAsync();
            }
        }
        finally
        {
            await LabNetwork.RemoveAsync();
        }
    }

    private async Task<object> WatchAsync(
        IBus bus, ExperimentEvents events, StopSignals signals, Guid experimentId, ExperimentSpec spec)
    {
        using CancellationTokenSource patience = new();
        using CancellationTokenRegistration onStop = signals.First.Register(() =>
        {
            view.Note("stopping: removing what was created…");
            patience.CancelAfter(s_cancelPatience);
            _ = bus.Publish(new CancelExperiment { ExperimentId = experimentId });
        });
        using CancellationTokenSource either =
            CancellationTokenSource.CreateLinkedTokenSource(patience.Token, signals.Second);

        await bus.Publish(new ExperimentRequested { ExperimentId = experimentId, Spec = spec });
        object? end = null;
        object? recorded = null;
        try
        {
            await foreach (object message in events.ReadAllAsync(either.Token))
            {
                view.Show(message);
                end = message
                    is ExperimentRejected or ExperimentCompleted or ExperimentFailed or ExperimentCancelled
                    ? message
                    : end;
                recorded = message is ExperimentRecorded or ResultsNotRecorded ? message : recorded;
                if (end is ExperimentRejected || (end is not null && recorded is not null))
                {
                    return end is ExperimentCompleted && recorded is ResultsNotRecorded { Reason: var reason }
                        ? new ExperimentFailed
                        {
                            ExperimentId = experimentId,
                            Reason = reason,
                            FailedAt = DateTimeOffset.UtcNow,
                        }
                        : end;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The pipeline did not cancel in time, or a second signal came. The caller removes the namespaces.
        }

        return end ?? new ExperimentCancelled { ExperimentId = experimentId, CancelledAt = DateTimeOffset.UtcNow };
    }
}
