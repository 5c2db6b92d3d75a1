using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.Cli.Watching;

/// <summary>Collects the events that only the pipeline has: the queue, progress, and reruns.</summary>
internal sealed class PipelineEventsConsumer(ExperimentEvents events) :
    IConsumer<ExperimentProgress>,
    IConsumer<ScalingProgress>,
    IConsumer<RemovalProgress>,
    IConsumer<RerunRejected>,
    IConsumer<RerunStarted>,
    IConsumer<StepRecomputed>,
    IConsumer<RerunEnded>,
    IConsumer<RerunRecorded>,
    IConsumer<Fault<RerunEnded>>
{
    public Task Consume(ConsumeContext<ExperimentProgress> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ScalingProgress> context) => Add(context.Message);

    public Task Consume(ConsumeContext<RemovalProgress> context) => Add(context.Message);

    public Task Consume(ConsumeContext<RerunRejected> context) => Add(context.Message);

    public Task Consume(ConsumeContext<RerunStarted> context) => Add(context.Message);

    public Task Consume(ConsumeContext<StepRecomputed> context) => Add(context.Message);

    public Task Consume(ConsumeContext<RerunEnded> context) => Add(context.Message);

    public Task Consume(ConsumeContext<RerunRecorded> context) => Add(context.Message);

    public Task Consume(ConsumeContext<Fault<RerunEnded>> context) =>
        Add(new ResultsNotRecorded(context.Message.Message.ExperimentId, Unrecorded.Reason(context.Message)));

    private Task Add(object message)
    {
        events.Add(message);
        return Task.CompletedTask;
    }
}
