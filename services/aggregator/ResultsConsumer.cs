using System.Data.Common;
using MassTransit;
using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Aggregator;

/// <summary>Writes everything that an experiment publishes to the database.</summary>
internal sealed class ResultsConsumer(ResultsDatabase database) :
    IConsumer<ExperimentStarted>,
    IConsumer<NodeDescribed>,
    IConsumer<ServicesScaled>,
    IConsumer<TrialMeasured>,
    IConsumer<ExperimentCompleted>,
    IConsumer<ExperimentFailed>,
    IConsumer<ExperimentCancelled>,
    IConsumer<RerunStarted>,
    IConsumer<RerunEnded>,
    IConsumer<RecomputeStep>
{
    public Task Consume(ConsumeContext<ExperimentStarted> context) =>
        Write(store => store.RecordStarted(context.Message));

    public Task Consume(ConsumeContext<NodeDescribed> context) => Write(store => store.RecordMachine(context.Message));

    public Task Consume(ConsumeContext<ServicesScaled> context) => Write(store => store.RecordStep(context.Message));

    public async Task Consume(ConsumeContext<TrialMeasured> context)
    {
        TrialMeasured measured = context.Message;

        // The first message about an attempt counts, for the scheduler too.
        RecordedVerdict verdict = database.Store.RecordTrial(measured);
        TrialStored stored = new()
        {
            Key = measured.Trial.Key,
            Measure = measured.Trial.Measure,
            Cell = measured.Trial.Cell,
            Accepted = verdict.Flags.Count == 0,
            Flags = verdict.Flags,
            Remarks = verdict.Remarks,
        };
        await context.Publish(stored, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<ExperimentCompleted> context)
    {
        database.Store.RecordCompleted(context.Message);
        return AnnounceAsync(context, context.Message.ExperimentId);
    }

    public Task Consume(ConsumeContext<ExperimentFailed> context)
    {
        database.Store.RecordFailed(context.Message);
        return AnnounceAsync(context, context.Message.ExperimentId);
    }

    public Task Consume(ConsumeContext<ExperimentCancelled> context)
    {
        database.Store.RecordCancelled(context.Message);
        return AnnounceAsync(context, context.Message.ExperimentId);
    }

    public Task Consume(ConsumeContext<RerunStarted> context) =>
        Write(store => store.RecordRerunStarted(context.Message));

    public Task Consume(ConsumeContext<RerunEnded> context)
    {
        RerunEnded ended = context.Message;
        database.Store.RecordRerunEnded(ended);
        RerunRecorded recorded = new() { RerunId = ended.RerunId, ExperimentId = ended.ExperimentId };
        return context.Publish(recorded, context.CancellationToken);
    }

    public Task Consume(ConsumeContext<RecomputeStep> context)
    {
        RecomputeStep asked = context.Message;
        RecomputedLatencies recomputed = database.Store.Recompute(asked.ExperimentId, asked.Step);
        StepRecomputed done = new()
        {
            ExperimentId = asked.ExperimentId,
            Run = asked.Run,
            Step = asked.Step,
            Recomputed = recomputed.Count,
            Changed = recomputed.Changed,
        };
        return context.Publish(done, context.CancellationToken);
    }

    private static Task AnnounceAsync(ConsumeContext context, Guid experimentId) =>
        context.Publish(new ExperimentRecorded { ExperimentId = experimentId }, context.CancellationToken);

    private Task Write(Action<ResultsStore> write)
    {
        write(database.Store);
        return Task.CompletedTask;
    }
}

/// <summary>
/// One message at a time: an embedded database has one writer. Several aggregators may write to a server. While a
/// server does not answer, messages wait for up to a minute and a half.
/// </summary>
internal sealed class ResultsConsumerDefinition : ConsumerDefinition<ResultsConsumer>
{
    private const int Retries = 15;

    public ResultsConsumerDefinition()
    {
        EndpointName = "aggregator";
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ResultsConsumer> consumerConfigurator,
        IRegistrationContext context) => endpointConfigurator.UseMessageRetry(retry =>
    {
        retry.Handle<DbException>(exception => exception.IsTransient);
        retry.Handle<ResultsServerException>(exception => exception.IsTransient);
        retry.Exponential(
            Retries, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
    });
}
