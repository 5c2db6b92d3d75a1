using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Paths;
using Plumbline.RttProbe.Grpc;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe;

/// <summary>Measures round-trip and gRPC trials and publishes what was seen; one-way trials are another worker's, and other nodes' are their probes'.</summary>
internal sealed class MeasureTrialConsumer(
    WorkerNode place, TrialAnswers answers, RoundTripMethod roundTrip, GrpcMethod grpc, ExperimentCancellations cancellations) : IConsumer<MeasureTrial>
{
    public Task Consume(ConsumeContext<MeasureTrial> context) => context.Message.Measure switch
    {
        _ when !place.Has(context.Message) => Task.CompletedTask,
        Measure.RoundTrip => MeasureAsync(context, roundTrip),
        Measure.Grpc => MeasureAsync(context, grpc),
        _ => Task.CompletedTask,
    };

    private Task MeasureAsync(ConsumeContext<MeasureTrial> context, ITrialMethod method) =>
        cancellations.PublishUnlessCancelledAsync(context, token => answers.AnswerAsync(context.Message, method, token));
}

internal sealed class MeasureTrialConsumerDefinition(WorkerNode place)
    : TrialConsumerDefinition<MeasureTrialConsumer, NodeGoneException>(place.QueueOf("rtt-probe"), place.Node);
