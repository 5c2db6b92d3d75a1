using MassTransit;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Feeds messages into <see cref="ExperimentFlow"/>, keeps the state it gives and publishes the messages it gives.</summary>
public sealed class ExperimentConsumer(IExperimentStore store, TimeProvider clock) :
    IConsumer<ExperimentRequested>,
    IConsumer<ServicesScaled>,
    IConsumer<TrialStored>,
    IConsumer<CancelExperiment>,
    IConsumer<ServicesRemoved>,
    IConsumer<Fault<ScaleStep>>,
    IConsumer<Fault<MeasureTrial>>,
    IConsumer<Fault<TrialMeasured>>,
    IConsumer<Fault<RemoveServices>>
{
    public async Task Consume(ConsumeContext<ExperimentRequested> context)
    {
        ExperimentRequested request = context.Message;
        IReadOnlyList<FieldError> errors = ExperimentSpecValidator.Errors(request.Spec);
        if (errors.Count > 0)
        {
            await context.Publish(new ExperimentRejected { ExperimentId = request.ExperimentId, Errors = errors }, context.CancellationToken);
            return;
        }

        if (await store.FindAsync(request.ExperimentId) is not null)
        {
            return;
        }

        ExperimentPlan plan = ExperimentPlanner.Plan(request.ExperimentId, request.Spec);
        await CommitAsync(context, ExperimentFlow.Start(plan, clock.GetUtcNow()));
    }

    public Task Consume(ConsumeContext<ServicesScaled> context) =>
        AdvanceAsync(context, context.Message.ExperimentId, state => ExperimentFlow.OnScaled(state, context.Message));

    public Task Consume(ConsumeContext<TrialStored> context) =>
        AdvanceAsync(context, context.Message.Key.ExperimentId, state => ExperimentFlow.OnTrialStored(state, context.Message));

    public Task Consume(ConsumeContext<CancelExperiment> context) =>
        AdvanceAsync(context, context.Message.ExperimentId, ExperimentFlow.OnCancel);

    public Task Consume(ConsumeContext<ServicesRemoved> context) =>
        AdvanceAsync(context, context.Message.ExperimentId, state => ExperimentFlow.OnRemoved(state, clock.GetUtcNow()));

    public Task Consume(ConsumeContext<Fault<ScaleStep>> context) =>
        FailAsync(context, context.Message.Message.ExperimentId, $"step {context.Message.Message.Step} cannot be set up");

    public Task Consume(ConsumeContext<Fault<MeasureTrial>> context) =>
        FailTrialAsync(context, context.Message.Message.Key, "cannot be measured");

    public Task Consume(ConsumeContext<Fault<TrialMeasured>> context) =>
        FailTrialAsync(context, context.Message.Message.Trial.Key, "cannot be stored");

    public Task Consume(ConsumeContext<Fault<RemoveServices>> context) =>
        AdvanceAsync(context, context.Message.Message.ExperimentId, state => ExperimentFlow.OnRemovalFault(
            state, $"not everything could be removed: {Cause(context)}; run `plumbline cleanup`", clock.GetUtcNow()));

    private Task FailAsync<T>(ConsumeContext<Fault<T>> context, Guid experimentId, string what)
        where T : class =>
        AdvanceAsync(context, experimentId, state => ExperimentFlow.OnFault(state, $"{what}: {Cause(context)}"));

    private Task FailTrialAsync<T>(ConsumeContext<Fault<T>> context, TrialKey key, string what)
        where T : class =>
        AdvanceAsync(context, key.ExperimentId, state => ExperimentFlow.OnTrialFault(state, key, $"trial {key.Trial} {what}: {Cause(context)}"));

    private static string Cause<T>(ConsumeContext<Fault<T>> context)
        where T : class => context.Message.Exceptions.FirstOrDefault()?.Message ?? "no reason was given";

    private async Task AdvanceAsync(ConsumeContext context, Guid experimentId, Func<ExperimentState, Transition> next)
    {
        if (await store.FindAsync(experimentId) is { } state)
        {
            await CommitAsync(context, next(state));
        }
    }

    private async Task CommitAsync(ConsumeContext context, Transition transition)
    {
        await store.SaveAsync(transition.State);
        foreach (object message in transition.Messages)
        {
            await context.Publish(message, message.GetType(), context.CancellationToken);
        }
    }
}

/// <summary>One message at a time: an experiment's state has one writer.</summary>
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
        IRegistrationContext context) => endpointConfigurator.PrefetchCount = 1;
}
