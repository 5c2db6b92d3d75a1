using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.Hosting;

namespace Plumbline.ServiceScaler;

/// <summary>
/// Gives the cluster a step's number of Services, and removes them at the end. Commands may arrive twice and late. A
/// step that is complete is not set up again, unless the command asks for it anew. Neither is a step that a later one
/// has followed, because that one may be being measured.
/// </summary>
public sealed class ScaleStepConsumer(
    IServiceCluster cluster,
    RemovedExperiments removed,
    ExperimentCancellations cancellations,
    ILogger<ScaleStepConsumer> logger) :
    IConsumer<ScaleStep>,
    IConsumer<RemoveServices>
{
    public async Task Consume(ConsumeContext<ScaleStep> context)
    {
        ScaleStep step = context.Message;
        ServicesScaled? complete = await cluster.FindCompleteAsync(step.ExperimentId, context.CancellationToken);
        int order = complete is null
            ? 1
            : (step.Run, step.Step, step.Remake).CompareTo((complete.Run, complete.Step, complete.Remake));
        if (order < 0 || removed.Includes(step.ExperimentId, step.Run))
        {
            logger.LogWarning(
                "experiment {ExperimentId} step {Step}: the command came late, so the step is not set up",
                step.ExperimentId,
                step.Step);
            return;
        }

        if (order == 0)
        {
            await context.Publish(complete!, context.CancellationToken);
            return;
        }

        await cancellations.RunUnlessCancelledAsync(
            step.ExperimentId,
            step.Run,
            async token => await context.Publish(await cluster.ScaleAsync(step, token), token),
            context.CancellationToken);
    }

    public async Task Consume(ConsumeContext<RemoveServices> context)
    {
        RemoveServices remove = context.Message;
        ServicesScaled? complete = await cluster.FindCompleteAsync(remove.ExperimentId, context.CancellationToken);
        if (complete?.Run > remove.Run)
        {
            logger.LogWarning(
                "experiment {ExperimentId}: the removal came late, because a rerun has started", remove.ExperimentId);
            return;
        }

        removed.Add(remove.ExperimentId, remove.Run);
        await cluster.RemoveAsync(remove, context.CancellationToken);
        await context.Publish(
            new ServicesRemoved { ExperimentId = remove.ExperimentId, Run = remove.Run }, context.CancellationToken);
    }
}

/// <summary>Experiments whose Services this process has removed. Any further command for them has come late.</summary>
public sealed class RemovedExperiments
{
    private readonly ConcurrentDictionary<Guid, int> _runs = new();

    public void Add(Guid experimentId, int run) =>
        _runs.AddOrUpdate(experimentId, run, (_, earlier) => Math.Max(earlier, run));

    public bool Includes(Guid experimentId, int run) => _runs.TryGetValue(experimentId, out int last) && run <= last;
}

/// <summary>Handles one message at a time, because creating and removing must not overlap.</summary>
public sealed class ScaleStepConsumerDefinition : ConsumerDefinition<ScaleStepConsumer>
{
    public ScaleStepConsumerDefinition()
    {
        EndpointName = "service-scaler";
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ScaleStepConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 1;
        endpointConfigurator.FaultUnparked<ClusterRefusedException>();
    }
}
