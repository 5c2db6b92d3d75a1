using System.Collections.Concurrent;
using MassTransit;
using Microsoft.Extensions.Logging;
using Plumbline.Cluster;
using Plumbline.Contracts;
using Plumbline.Hosting;

namespace Plumbline.ServiceScaler;

/// <summary>
/// Brings the number of Services to what the step says, and removes them at the end. Commands may come twice and late: a step
/// that stands is not made again, and neither is one that another has followed, for somebody may be measuring there.
/// </summary>
public sealed class ScaleStepConsumer(
    IServiceCluster cluster, RemovedExperiments removed, ExperimentCancellations cancellations, ILogger<ScaleStepConsumer> logger) :
    IConsumer<ScaleStep>,
    IConsumer<RemoveServices>
{
    public async Task Consume(ConsumeContext<ScaleStep> context)
    {
        ScaleStep step = context.Message;
        ServicesScaled? standing = await cluster.FindStandingAsync(step.ExperimentId, context.CancellationToken);
        int order = standing is null ? 1 : (step.Run, step.Step).CompareTo((standing.Run, standing.Step));
        if (order < 0 || removed.Includes(step.ExperimentId, step.Run))
        {
            logger.LogWarning("experiment {ExperimentId} step {Step}: comes late and is not set up", step.ExperimentId, step.Step);
            return;
        }

        if (order == 0)
        {
            await context.Publish(standing!, context.CancellationToken);
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
        if (await cluster.FindStandingAsync(remove.ExperimentId, context.CancellationToken) is { } standing && standing.Run > remove.Run)
        {
            logger.LogWarning("experiment {ExperimentId}: a removal comes late, a rerun is under way", remove.ExperimentId);
            return;
        }

        removed.Add(remove.ExperimentId, remove.Run);
        await cluster.RemoveAsync(remove, context.CancellationToken);
        await context.Publish(new ServicesRemoved { ExperimentId = remove.ExperimentId, Run = remove.Run }, context.CancellationToken);
    }
}

/// <summary>Experiments whose Services were removed in this process's life: whatever is still asked for them comes late.</summary>
public sealed class RemovedExperiments
{
    private readonly ConcurrentDictionary<Guid, int> _runs = new();

    public void Add(Guid experimentId, int run) => _runs.AddOrUpdate(experimentId, run, (_, earlier) => Math.Max(earlier, run));

    public bool Includes(Guid experimentId, int run) => _runs.TryGetValue(experimentId, out int last) && run <= last;
}

/// <summary>One message at a time: creating and removing must not overlap.</summary>
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
