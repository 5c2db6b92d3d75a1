using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.Cli.Watching;

/// <summary>Collects the events of experiments, in the lab and in the pipeline.</summary>
internal sealed class ExperimentEventsConsumer(ExperimentEvents events) :
    IConsumer<ExperimentRejected>,
    IConsumer<ExperimentStarted>,
    IConsumer<ServicesScaled>,
    IConsumer<TrialStored>,
    IConsumer<ExperimentCompleted>,
    IConsumer<ExperimentFailed>,
    IConsumer<ExperimentCancelled>,
    IConsumer<ExperimentRecorded>,
    IConsumer<Fault<ExperimentCompleted>>,
    IConsumer<Fault<ExperimentFailed>>,
    IConsumer<Fault<ExperimentCancelled>>
{
    public Task Consume(ConsumeContext<ExperimentRejected> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentStarted> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ServicesScaled> context) => Add(context.Message);

    public Task Consume(ConsumeContext<TrialStored> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentCompleted> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentFailed> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentCancelled> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentRecorded> context) => Add(context.Message);

    // A watched experiment also ends when its end cannot be recorded.
    public Task Consume(ConsumeContext<Fault<ExperimentCompleted>> context) =>
        AddUnrecorded(context, context.Message.Message.ExperimentId);

    public Task Consume(ConsumeContext<Fault<ExperimentFailed>> context) =>
        AddUnrecorded(context, context.Message.Message.ExperimentId);

    public Task Consume(ConsumeContext<Fault<ExperimentCancelled>> context) =>
        AddUnrecorded(context, context.Message.Message.ExperimentId);

    private Task AddUnrecorded<T>(ConsumeContext<Fault<T>> context, Guid experimentId)
        where T : class => Add(new ResultsNotRecorded(experimentId, Unrecorded.Reason(context.Message)));

    private Task Add(object message)
    {
        events.Add(message);
        return Task.CompletedTask;
    }
}

internal static class Unrecorded
{
    public static string Reason(Fault fault) => fault.Exceptions.FirstOrDefault()?.Message ?? "no reason was given";
}
