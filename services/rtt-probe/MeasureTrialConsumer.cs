using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Paths;
using Plumbline.RttProbe.Grpc;
using Plumbline.RttProbe.Raw;
using Plumbline.Trials;

namespace Plumbline.RttProbe;

/// <summary>
/// Measures this node's round-trip and gRPC trials and publishes the results. Ignores every other trial.
/// </summary>
internal sealed class MeasureTrialConsumer(
    WorkerNode node,
    TrialAnswers answers,
    RoundTripMethod roundTrip,
    GrpcMethod grpc,
    ExperimentCancellations cancellations) : IConsumer<MeasureTrial>
{
    public Task Consume(ConsumeContext<MeasureTrial> context) => context.Message.Measure switch
    {
        _ when !node.Has(context.Message) => Task.CompletedTask,
        Measure.RoundTrip => MeasureAsync(context, roundTrip),
        Measure.Grpc => MeasureAsync(context, grpc),
        _ => Task.CompletedTask,
    };

    private Task MeasureAsync(ConsumeContext<MeasureTrial> context, ITrialMethod method) =>
        cancellations.PublishUnlessCancelledAsync(
            context, token => answers.AnswerAsync(context.Message, method, token));
}

internal sealed class MeasureTrialConsumerDefinition(WorkerNode node)
    : TrialConsumerDefinition<MeasureTrialConsumer, NodeGoneException>(node.QueueOf("rtt-probe"), node.Node);
