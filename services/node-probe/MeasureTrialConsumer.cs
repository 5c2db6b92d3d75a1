using MassTransit;
using Plumbline.Contracts;
using Plumbline.Hosting;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe;

/// <summary>Measures one-way trials and publishes what was seen; the other kinds are other workers', and other nodes' are their probes'.</summary>
internal sealed class MeasureTrialConsumer(
    WorkerNode place, TrialAnswers answers, OneWayMethod method, ExperimentCancellations cancellations) : IConsumer<MeasureTrial>
{
    public Task Consume(ConsumeContext<MeasureTrial> context) => context.Message.Measure != Measure.OneWay || !place.Has(context.Message)
        ? Task.CompletedTask
        : cancellations.PublishUnlessCancelledAsync(context, token => answers.AnswerAsync(context.Message, method, token));
}

internal sealed class MeasureTrialConsumerDefinition(WorkerNode place)
    : TrialConsumerDefinition<MeasureTrialConsumer, NodeGoneException>(place.QueueOf("node-probe"), place.Node);
