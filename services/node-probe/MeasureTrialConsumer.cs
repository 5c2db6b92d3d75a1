using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;

namespace Plumbline.NodeProbe;

/// <summary>Measures the trial that the message describes and publishes what was seen.</summary>
internal sealed class MeasureTrialConsumer(TrialRunner runner, ExperimentCancellations cancellations) : IConsumer<MeasureTrial>
{
    public Task Consume(ConsumeContext<MeasureTrial> context) =>
        cancellations.RunUnlessCancelledAsync(
            context.Message.Key.ExperimentId,
            async token => await context.Publish(await runner.RunAsync(context.Message, token), token),
            context.CancellationToken);
}

/// <summary>One trial at a time: two would measure each other.</summary>
internal sealed class MeasureTrialConsumerDefinition : ConsumerDefinition<MeasureTrialConsumer>
{
    public MeasureTrialConsumerDefinition()
    {
        EndpointName = "node-probe";
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<MeasureTrialConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.PrefetchCount = 1;
}
