using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Trials;

namespace Plumbline.NodeProbe;

/// <summary>Measures one-way trials and publishes what was seen; the other kinds are other workers', and other nodes' are their probes'.</summary>
internal sealed class MeasureTrialConsumer(
    ProbePlace place, TrialAnswers answers, OneWayMethod method, ExperimentCancellations cancellations) : IConsumer<MeasureTrial>
{
    public Task Consume(ConsumeContext<MeasureTrial> context) => context.Message.Probe != ProbeKind.OneWay || !place.Has(context.Message)
        ? Task.CompletedTask
        : cancellations.RunUnlessCancelledAsync(
            context.Message.Key.ExperimentId,
            context.Message.Run,
            async token =>
            {
                if (await answers.AnswerAsync(context.Message, method, token) is { } measured)
                {
                    await context.Publish(measured, token);
                }
            },
            context.CancellationToken);
}

/// <summary>One trial at a time: two would measure each other.</summary>
internal sealed class MeasureTrialConsumerDefinition : ConsumerDefinition<MeasureTrialConsumer>
{
    private readonly ProbePlace _place;

    public MeasureTrialConsumerDefinition(ProbePlace place)
    {
        _place = place;
        EndpointName = place.QueueOf("node-probe");
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<MeasureTrialConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 1;
        endpointConfigurator.FaultUnparked<NodeGoneException>();
        endpointConfigurator.ForgetQueueOfGoneNode(_place.Node);
    }
}
