using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Plumbline.Contracts;

namespace Plumbline.Hosting;

/// <summary>Cancels the work that this process does for the experiment.</summary>
public sealed class CancelExperimentConsumer(ExperimentCancellations cancellations) : IConsumer<CancelExperiment>
{
    public Task Consume(ConsumeContext<CancelExperiment> context)
    {
        cancellations.Cancel(context.Message.ExperimentId);
        return Task.CompletedTask;
    }
}

public static class CancelExperimentServices
{
    /// <summary>
    /// Every process that works for experiments needs every cancel, so each has an endpoint of its own for them.
    /// </summary>
    public static void AddExperimentCancellation(this IBusRegistrationConfigurator bus)
    {
        if (bus.Any(service => service.ServiceType == typeof(ExperimentCancellations)))
        {
            return;
        }

        bus.TryAddSingleton<ExperimentCancellations>();
        bus.AddConsumer<CancelExperimentConsumer>().Endpoint(endpoint =>
        {
            endpoint.Temporary = true;
            endpoint.InstanceId = $"-{Guid.NewGuid():N}";
        });
    }

    /// <summary>
    /// Runs work that ends early if the experiment is cancelled. A cancel is a normal end and returns false. Only a
    /// stop of the host throws, so the broker delivers the message again after a restart.
    /// </summary>
    public static async Task<bool> RunUnlessCancelledAsync(
        this ExperimentCancellations cancellations,
        Guid experimentId,
        int run,
        Func<CancellationToken, Task> work,
        CancellationToken hostToken)
    {
        CancellationToken cancelled = cancellations.TokenOf(experimentId, run);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancelled, hostToken);
        try
        {
            either.Token.ThrowIfCancellationRequested();
            await work(either.Token);
            return true;
        }
        catch (Exception) when (cancelled.IsCancellationRequested && !hostToken.IsCancellationRequested)
        {
            return false;
        }
        catch (OperationCanceledException) when (hostToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(hostToken);
        }
    }

    /// <summary>
    /// Measures a trial and publishes the result, unless the experiment is cancelled in the meantime.
    /// </summary>
    /// <param name="measure">Returns null for a trial that needs no answer.</param>
    public static Task PublishUnlessCancelledAsync(
        this ExperimentCancellations cancellations,
        ConsumeContext<MeasureTrial> context,
        Func<CancellationToken, Task<TrialMeasured?>> measure) =>
        cancellations.RunUnlessCancelledAsync(
            context.Message.Key.ExperimentId,
            context.Message.Run,
            async token =>
            {
                if (await measure(token) is { } measured)
                {
                    await context.Publish(measured, token);
                }
            },
            context.CancellationToken);
}
