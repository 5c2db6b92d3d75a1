using System.Threading.Channels;
using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.Cli.Lab;

/// <summary>What the pipeline publishes about an experiment, in the order it came, for the one who watches.</summary>
internal sealed class LabEvents
{
    private readonly Channel<object> _events = Channel.CreateUnbounded<object>();

    public void Add(object message) => _events.Writer.TryWrite(message);

    public IAsyncEnumerable<object> ReadAllAsync(CancellationToken token) => _events.Reader.ReadAllAsync(token);
}

internal sealed class LabEventsConsumer(LabEvents events) :
    IConsumer<ExperimentRejected>,
    IConsumer<ExperimentStarted>,
    IConsumer<ServicesScaled>,
    IConsumer<TrialStored>,
    IConsumer<ExperimentCompleted>,
    IConsumer<ExperimentFailed>,
    IConsumer<ExperimentCancelled>,
    IConsumer<ExperimentRecorded>
{
    public Task Consume(ConsumeContext<ExperimentRejected> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentStarted> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ServicesScaled> context) => Add(context.Message);

    public Task Consume(ConsumeContext<TrialStored> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentCompleted> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentFailed> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentCancelled> context) => Add(context.Message);

    public Task Consume(ConsumeContext<ExperimentRecorded> context) => Add(context.Message);

    private Task Add(object message)
    {
        events.Add(message);
        return Task.CompletedTask;
    }
}
