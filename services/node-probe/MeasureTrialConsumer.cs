using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe;

/// <summary>Measures this node's one-way trials and publishes the results. Ignores every other trial.</summary>
internal sealed class MeasureTrialConsumer(
    WorkerNode node, TrialAnswers answers, OneWayMethod method, ExperimentCancellations cancellations)
    : IConsumer<MeasureTrial>
{
    public Task Consume(ConsumeContext<MeasureTrial> context) =>
        context.Message.Measure == Measure.OneWay && node.Has(context.Message)
            ? cancellations.PublishUnlessCancelledAsync(
                context, token => answers.AnswerAsync(context.Message, method, token))
            : Task.CompletedTask;
}

internal sealed class MeasureTrialConsumerDefinition(WorkerNode node)
    : TrialConsumerDefinition<MeasureTrialConsumer, NodeGoneException>(node.QueueOf("node-probe"), node.Node);
