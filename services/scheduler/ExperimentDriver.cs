using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Hands a message to the bus.</summary>
public delegate Task PublishMessage(OutboxMessage message, CancellationToken token);

/// <summary>
/// Connects the flows, which decide, with the store and the bus. It finds a state, lets a flow change it, stores it
/// together with the messages of the change, publishes these, and forgets them. It may die at any point: the next sweep
/// of the outbox, the next tick or the repeated message continues from there.
/// </summary>
public sealed class ExperimentDriver(IExperimentStore store, TimeProvider clock)
{
    /// <summary>Most places in the queue to announce.</summary>
    private const int MostAnnounced = 100;

    /// <summary>Most experiments in one status answer.</summary>
    private const int MostListed = 100;

    /// <summary>Why the experiment cannot be cancelled. Empty when it can.</summary>
    public async Task<IReadOnlyList<FieldError>> CancelErrorsAsync(Guid experimentId, CancellationToken token) =>
        await store.FindAsync(experimentId, token) switch
        {
            null => [Error($"there is no experiment {experimentId}")],
            { Phase: ExperimentPhase.Ended } => [Error("the experiment has already ended")],
            _ => [],
        };

    /// <summary>Why the rerun cannot be done, by field. Empty when it can, and when it is already known.</summary>
    public async Task<IReadOnlyList<FieldError>> RerunErrorsAsync(RerunRequested rerun, CancellationToken token)
    {
        ExperimentState? state = await store.FindAsync(rerun.ExperimentId, token);
        return state?.RerunIds.Contains(rerun.RerunId) == true ? [] : PlannedRerun.Errors(state, rerun);
    }

    /// <summary>Why the experiment cannot run, by field. Empty when it can, and when it is already known.</summary>
    public async Task<IReadOnlyList<FieldError>> RequestErrorsAsync(
        ExperimentRequested request, CancellationToken token) =>
        await IsKnownAsync(request.ExperimentId, token) ? [] : ExperimentSpecValidator.RequestErrors(request);

    /// <summary>Plans and queues a new experiment. Starts it when it is its turn.</summary>
    /// <returns>Why it cannot run, by field. Empty when it can, and when it is already known.</returns>
    public async Task<IReadOnlyList<FieldError>> RequestAsync(
        ExperimentRequested request, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<FieldError> errors = await RequestErrorsAsync(request, token);
        if (errors.Count > 0)
        {
            return errors;
        }

        if (!await IsKnownAsync(request.ExperimentId, token))
        {
            Transition queued = ExperimentFlow.Queue(ExperimentPlanner.Plan(request.ExperimentId, request.Spec));
            int position = ExperimentQueue.Behind(await store.ListActiveAsync(token), queued.State.Queue);
            await CommitAsync(queued with { Messages = [Upcoming(queued.State, position)] }, publish, token);
        }

        await StartNextAsync(publish, token);
        return [];
    }

    /// <summary>Queues a new rerun of an ended experiment's stage. Starts it when it is its turn.</summary>
    /// <returns>Why it cannot be done, by field. Empty when it can, and when it is already known.</returns>
    public async Task<IReadOnlyList<FieldError>> RerunAsync(
        RerunRequested rerun, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<FieldError> errors = await RerunErrorsAsync(rerun, token);
        if (errors.Count == 0)
        {
            await AdvanceAsync(
                rerun.ExperimentId, (state, _) => RerunFlow.OnRequested(state, rerun), publish, token);
            await StartNextAsync(publish, token);
        }

        return errors;
    }

    /// <summary>Changes an experiment as a flow decides. An unknown experiment is left alone.</summary>
    public async Task AdvanceAsync(
        Guid experimentId,
        Func<ExperimentState, DateTimeOffset, Transition> next,
        PublishMessage publish,
        CancellationToken token)
    {
        if (await store.FindAsync(experimentId, token) is not { } state)
        {
            return;
        }

        Transition transition = next(state, clock.GetUtcNow());
        if (transition.State != state)
        {
            object[] messages = [Upcoming(transition.State, queuePosition: 0), .. transition.Messages];
            await CommitAsync(transition with { Messages = messages }, publish, token);
        }
        else if (transition.Messages.Count > 0)
        {
            await CommitAsync(transition, publish, token);
        }

        if (transition.State.Phase == ExperimentPhase.Ended)
        {
            await StartNextAsync(publish, token);
        }

        if ((state.Phase == ExperimentPhase.Queued) != (transition.State.Phase == ExperimentPhase.Queued))
        {
            await AnnounceQueueAsync(publish, token);
        }
    }

    /// <summary>Starts every experiment whose turn it is.</summary>
    public async Task StartNextAsync(PublishMessage publish, CancellationToken token)
    {
        foreach (Guid id in ExperimentQueue.Due(await store.ListActiveAsync(token)))
        {
            await AdvanceAsync(id, ExperimentFlow.OnTurn, publish, token);
        }
    }

    /// <summary>Publishes outbox messages that were stored until then, and returns them.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> PublishLeftAsync(
        DateTimeOffset keptUntil, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<OutboxMessage> left = await store.ListUnpublishedAsync(keptUntil, token);
        await PublishAsync(left, publish, token);
        return left;
    }

    /// <summary>Status of the experiments whose id starts with the prefix, with hyphens or without.</summary>
    public async Task<IReadOnlyList<ExperimentStatus>> StatusAsync(string idPrefix, CancellationToken token)
    {
        string prefix = idPrefix.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        Dictionary<Guid, int> waiting =
            ExperimentQueue.Waiting(await store.ListActiveAsync(token)).ToDictionary();
        IReadOnlyList<ExperimentState> states = await store.ListAsync(prefix, MostListed, token);
        return [.. states.Select(state => StatusOf(state, waiting.GetValueOrDefault(state.Plan.ExperimentId)))];
    }

    private async Task<bool> IsKnownAsync(Guid experimentId, CancellationToken token) =>
        await store.FindAsync(experimentId, token) is not null;

    private async Task CommitAsync(Transition transition, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<OutboxMessage> kept =
            await store.SaveAsync(transition.State, transition.Messages, clock.GetUtcNow(), token);
        await PublishAsync(kept, publish, token);
    }

    private async Task PublishAsync(
        IReadOnlyList<OutboxMessage> messages, PublishMessage publish, CancellationToken token)
    {
        foreach (OutboxMessage message in messages)
        {
            await publish(message, token);
        }

        if (messages.Count > 0)
        {
            await store.ForgetPublishedAsync([.. messages.Select(message => message.Id)], token);
        }
    }

    /// <summary>Reports new places in the queue. No state changes, so these messages skip the store.</summary>
    private async Task AnnounceQueueAsync(PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<QueueEntry> active = await store.ListActiveAsync(token);
        foreach ((Guid id, int position) in ExperimentQueue.Waiting(active).Take(MostAnnounced))
        {
            if (await store.FindAsync(id, token) is { Phase: ExperimentPhase.Queued } state)
            {
                await publish(new OutboxMessage(Guid.NewGuid(), id, ProgressOf(state, position)), token);
            }
        }
    }

    private static FieldError Error(string message) => new() { Field = "experimentId", Message = message };

    private static ExperimentStatus StatusOf(ExperimentState state, int queuePosition) => new()
    {
        Spec = state.Plan.Spec,
        Progress = ProgressOf(state, queuePosition),
        Rerun = state.Rerun is not { } rerun ? null : new RerunRequested
        {
            RerunId = rerun.RerunId,
            ExperimentId = state.Plan.ExperimentId,
            Step = rerun.Step,
            Stage = rerun.Stage,
        },
        LastRerun = state.LastRerun,
        GivenUpTrials = state.OwnEnd?.GivenUpTrials ?? state.GivenUpTrials,
        Outcome = state.OwnEnd?.Outcome,
        Reason = state.OwnEnd?.FailureReason ?? "",
    };

    /// <summary>Progress of a state that is about to be stored, which raises its version.</summary>
    private static ExperimentProgress Upcoming(ExperimentState state, int queuePosition) =>
        ProgressOf(state, queuePosition) with { Sequence = state.Version + 1 };

    private static ExperimentProgress ProgressOf(ExperimentState state, int queuePosition) => new()
    {
        ExperimentId = state.Plan.ExperimentId,
        Sequence = state.Version,
        Phase = state.Phase,
        QueuePosition = queuePosition,
        Run = state.Run,
        Step = state.Step,
        StepCount = state.Plan.Steps.Count,
        Build = state.PresentStep.Role == StepRole.Services ? state.PresentStep.Build : null,
        TrialsDone = state.AcceptedTrials + state.GivenUpTrials,
        TrialCount = state.TrialCount,
        Attempt = state.Attempt,
    };
}
