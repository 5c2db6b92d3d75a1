using System.Data.Common;
using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Feeds messages through <see cref="ExperimentDriver"/> into the flows.</summary>
public sealed class ExperimentConsumer(ExperimentDriver driver) :
    IConsumer<ExperimentRequested>,
    IConsumer<ScalingProgress>,
    IConsumer<ServicesScaled>,
    IConsumer<TrialStored>,
    IConsumer<CancelExperiment>,
    IConsumer<RerunRequested>,
    IConsumer<StepRecomputed>,
    IConsumer<RemovalProgress>,
    IConsumer<ServicesRemoved>,
    IConsumer<Fault<ScaleStep>>,
    IConsumer<Fault<MeasureTrial>>,
    IConsumer<Fault<TrialMeasured>>,
    IConsumer<Fault<RecomputeStep>>,
    IConsumer<Fault<RemoveServices>>
{
    /// <summary>A tool's error text can be long. The reason of a failure takes this many characters of it.</summary>
    private const int LongestCause = 1_000;

    public async Task Consume(ConsumeContext<ExperimentRequested> context)
    {
        (ExperimentRequested request, CancellationToken token) = (context.Message, context.CancellationToken);
        IReadOnlyList<FieldError> errors = await driver.RequestAsync(request, Outgoing.To(context), token);
        if (errors.Count > 0)
        {
            ExperimentRejected rejected = new() { ExperimentId = request.ExperimentId, Errors = errors };
            await context.Publish(rejected, token);
        }
    }

    public Task Consume(ConsumeContext<ScalingProgress> context) => AdvanceAsync(
        context,
        context.Message.ExperimentId,
        (state, now) => AnswerFlow.OnScalingProgress(state, context.Message, now));

    public Task Consume(ConsumeContext<ServicesScaled> context) => AdvanceAsync(
        context,
        context.Message.ExperimentId,
        (state, now) => ExperimentFlow.OnScaled(state, context.Message, now));

    public Task Consume(ConsumeContext<TrialStored> context) => AdvanceAsync(
        context,
        context.Message.Key?.ExperimentId,
        (state, now) => ExperimentFlow.OnTrialStored(state, context.Message, now));

    public Task Consume(ConsumeContext<CancelExperiment> context) =>
        AdvanceAsync(context, context.Message.ExperimentId, ExperimentFlow.OnCancel);

    public async Task Consume(ConsumeContext<RerunRequested> context)
    {
        (RerunRequested rerun, CancellationToken token) = (context.Message, context.CancellationToken);
        IReadOnlyList<FieldError> errors = await driver.RerunAsync(rerun, Outgoing.To(context), token);
        if (errors.Count > 0)
        {
            RerunRejected rejected =
                new() { RerunId = rerun.RerunId, ExperimentId = rerun.ExperimentId, Errors = errors };
            await context.Publish(rejected, token);
        }
    }

    public Task Consume(ConsumeContext<StepRecomputed> context) => AdvanceAsync(
        context,
        context.Message.ExperimentId,
        (state, now) => ExperimentFlow.OnRecomputed(state, context.Message, now));

    public Task Consume(ConsumeContext<RemovalProgress> context) => AdvanceAsync(
        context,
        context.Message.ExperimentId,
        (state, now) => AnswerFlow.OnRemovalProgress(state, context.Message, now));

    public Task Consume(ConsumeContext<ServicesRemoved> context) => AdvanceAsync(
        context,
        context.Message.ExperimentId,
        (state, now) => ExperimentFlow.OnRemoved(state, context.Message, now));

    public Task Consume(ConsumeContext<Fault<ScaleStep>> context) => context.Message.Message is { } scale
        ? AdvanceAsync(context, scale.ExperimentId, (state, now) => ExperimentFlow.OnStepFault(
            state, scale, $"step {scale.Step} cannot be set up: {Cause(context)}", now))
        : Task.CompletedTask;

    public Task Consume(ConsumeContext<Fault<MeasureTrial>> context) =>
        FailTrialAsync(context, context.Message.Message?.Key, "cannot be measured");

    public Task Consume(ConsumeContext<Fault<TrialMeasured>> context) =>
        FailTrialAsync(context, context.Message.Message?.Trial?.Key, "cannot be stored");

    public Task Consume(ConsumeContext<Fault<RecomputeStep>> context) => context.Message.Message is { } recompute
        ? AdvanceAsync(context, recompute.ExperimentId, (state, now) => ExperimentFlow.OnRecomputeFault(
            state, recompute, $"step {recompute.Step} cannot be recomputed: {Cause(context)}", now))
        : Task.CompletedTask;

    public Task Consume(ConsumeContext<Fault<RemoveServices>> context) => context.Message.Message is { } remove
        ? AdvanceAsync(context, remove.ExperimentId, (state, now) => ExperimentFlow.OnRemovalFault(
            state, remove.Run, $"not everything could be removed: {Cause(context)}; run `plumbline cleanup`", now))
        : Task.CompletedTask;

    private Task FailTrialAsync<T>(ConsumeContext<Fault<T>> context, TrialKey? key, string what)
        where T : class => key is null
        ? Task.CompletedTask
        : AdvanceAsync(context, key.ExperimentId, (state, now) => ExperimentFlow.OnTrialFault(
            state, key, $"trial {key.Trial} {what}: {Cause(context)}", now));

    private static string Cause<T>(ConsumeContext<Fault<T>> context)
        where T : class
    {
        string cause = context.Message.Exceptions?.FirstOrDefault()?.Message ?? "no reason was given";
        return cause.Length <= LongestCause ? cause : $"{cause[..LongestCause]}…";
    }

    /// <summary>A message without an experiment's id changes nothing.</summary>
    private Task AdvanceAsync(
        ConsumeContext context, Guid? experimentId, Func<ExperimentState, DateTimeOffset, Transition> next) =>
        experimentId is { } id
            ? driver.AdvanceAsync(id, next, Outgoing.To(context), context.CancellationToken)
            : Task.CompletedTask;
}

/// <summary>
/// One message at a time, so that this process is one writer. It takes a message again when another process was faster
/// or the database is away for a moment.
/// </summary>
public sealed class ExperimentConsumerDefinition : ConsumerDefinition<ExperimentConsumer>
{
    public ExperimentConsumerDefinition()
    {
        EndpointName = "scheduler";
        ConcurrentMessageLimit = 1;
    }

    protected override void ConfigureConsumer(
        IReceiveEndpointConfigurator endpointConfigurator,
        IConsumerConfigurator<ExperimentConsumer> consumerConfigurator,
        IRegistrationContext context)
    {
        endpointConfigurator.PrefetchCount = 1;
        endpointConfigurator.UseMessageRetry(retry =>
        {
            retry.Handle<ExperimentChangedException>();
            retry.Handle<DbException>(exception => exception.IsTransient);
            retry.Exponential(
                20, TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(100));
        });
    }
}
