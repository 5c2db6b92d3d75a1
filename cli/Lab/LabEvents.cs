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

/// <summary>The experiment ended, but its end could not be written to the database.</summary>
internal sealed record ResultsNotRecorded(string Reason);

internal sealed class LabEventsConsumer(LabEvents events) :
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

    // An end that could not be recorded is an end all the same.
    public Task Consume(ConsumeContext<Fault<ExperimentCompleted>> context) => AddUnrecorded(context);

    public Task Consume(ConsumeContext<Fault<ExperimentFailed>> context) => AddUnrecorded(context);

    public Task Consume(ConsumeContext<Fault<ExperimentCancelled>> context) => AddUnrecorded(context);

    private Task AddUnrecorded<T>(ConsumeContext<Fault<T>> context)
        where T : class => Add(new ResultsNotRecorded(context.Message.Exceptions.FirstOrDefault()?.Message ?? "no reason was given"));

    private Task Add(object message)
    {
        events.Add(message);
        return Task.CompletedTask;
    }
}
