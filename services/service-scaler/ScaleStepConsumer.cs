using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;

namespace Plumbline.ServiceScaler;

/// <summary>Brings the number of Services to what the step says, and removes them at the end.</summary>
public sealed class ScaleStepConsumer(IServiceCluster cluster, ExperimentCancellations cancellations) :
    IConsumer<ScaleStep>,
    IConsumer<RemoveServices>
{
    public Task Consume(ConsumeContext<ScaleStep> context) =>
        cancellations.RunUnlessCancelledAsync(
            context.Message.ExperimentId,
            async token =>
            {
                IReadOnlyList<ProgrammedDataPlane> programmed = await cluster.ScaleAsync(context.Message, token);
                ServicesScaled scaled = new()
                {
                    ExperimentId = context.Message.ExperimentId,
                    Step = context.Message.Step,
                    DataPlanes = programmed,
                };
                await context.Publish(scaled, token);
            },
            context.CancellationToken);

    public async Task Consume(ConsumeContext<RemoveServices> context)
    {
        await cluster.RemoveAsync(context.Message.ExperimentId, context.CancellationToken);
        await context.Publish(new ServicesRemoved { ExperimentId = context.Message.ExperimentId }, context.CancellationToken);
    }
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
        IRegistrationContext context) => endpointConfigurator.PrefetchCount = 1;
}
