using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.RttProbe.Grpc;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe;

/// <summary>Measures round-trip and gRPC trials and publishes what was seen; one-way trials are another worker's, and other nodes' are their probes'.</summary>
internal sealed class MeasureTrialConsumer(
    ProbePlace place, TrialAnswers answers, RoundTripMethod roundTrip, GrpcMethod grpc, ExperimentCancellations cancellations) : IConsumer<MeasureTrial>
{
    public Task Consume(ConsumeContext<MeasureTrial> context) => context.Message.Probe switch
    {
        _ when !place.Has(context.Message) => Task.CompletedTask,
        ProbeKind.RoundTrip => MeasureAsync(context, roundTrip),
        ProbeKind.Grpc => MeasureAsync(context, grpc),
        _ => Task.CompletedTask,
    };

    private Task MeasureAsync(ConsumeContext<MeasureTrial> context, ITrialMethod method) =>
        cancellations.RunUnlessCancelledAsync(
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
        EndpointName = place.QueueOf("rtt-probe");
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
