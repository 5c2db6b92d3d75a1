using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>Hands a message to the bus.</summary>
public delegate Task PublishMessage(OutboxMessage message, CancellationToken token);

/// <summary>
/// Between <see cref="ExperimentFlow"/>, which decides, and the world: looks a state up, has it changed, keeps it together with
/// the messages of the change, publishes these, and forgets them. Whatever step of that it dies at, the next sweep of the
/// outbox, the next tick or the repeated message goes on from there.
/// </summary>
public sealed class ExperimentDriver(IExperimentStore store, TimeProvider clock)
{
    /// <summary>Places in the queue of which watchers hear.</summary>
    private const int MostAnnounced = 100;

    /// <summary>Experiments in one answer about where they stand.</summary>
    private const int MostListed = 100;

    private async Task<bool> IsKnownAsync(Guid experimentId, CancellationToken token) => await store.FindAsync(experimentId, token) is not null;

    /// <summary>Why the experiment cannot be cancelled; nothing when it can.</summary>
    public async Task<IReadOnlyList<FieldError>> CancelErrorsAsync(Guid experimentId, CancellationToken token) =>
        await store.FindAsync(experimentId, token) switch
        {
            null => [new FieldError { Field = "experimentId", Message = $"there is no experiment {experimentId}" }],
            { Phase: ExperimentPhase.Ended } => [new FieldError { Field = "experimentId", Message = "it has ended already" }],
            _ => [],
        };

    /// <summary>Why the rerun cannot be done, by field; nothing when it can, or was taken before.</summary>
    public async Task<IReadOnlyList<FieldError>> RerunErrorsAsync(RerunRequested rerun, CancellationToken token)
    {
        ExperimentState? state = await store.FindAsync(rerun.ExperimentId, token);
        return state?.RerunIds.Contains(rerun.RerunId) == true ? [] : PlannedRerun.Errors(state, rerun);
    }

    /// <summary>Why the experiment cannot be run, by field; nothing when it can, or was taken before.</summary>
    public async Task<IReadOnlyList<FieldError>> RequestErrorsAsync(ExperimentRequested request, CancellationToken token) =>
        await IsKnownAsync(request.ExperimentId, token) ? [] : ExperimentSpecValidator.RequestErrors(request);

    /// <summary>Plans and queues an experiment, unless it is known, and starts it if it is its turn.</summary>
    /// <returns>Why it cannot be run, by field; nothing when it can, or was taken before.</returns>
    public async Task<IReadOnlyList<FieldError>> RequestAsync(ExperimentRequested request, PublishMessage publish, CancellationToken token)
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
            await CommitAsync(queued with { Messages = [ProgressOf(queued.State, position)] }, publish, token);
        }

        await StartNextAsync(publish, token);
        return [];
    }

    /// <summary>Queues the rerun of an ended experiment's stage, unless it is known, and starts it if it is its turn.</summary>
    /// <returns>Why it cannot be done, by field; nothing when it can, or was taken before.</returns>
    public async Task<IReadOnlyList<FieldError>> RerunAsync(RerunRequested rerun, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<FieldError> errors = await RerunErrorsAsync(rerun, token);
        if (errors.Count == 0)
        {
            await AdvanceAsync(rerun.ExperimentId, (state, _) => RerunFlow.OnRequested(state, rerun), publish, token);
            await StartNextAsync(publish, token);
        }

        return errors;
    }

    /// <summary>Changes an experiment as the flow says. One that is not known is left alone.</summary>
    public async Task AdvanceAsync(Guid experimentId, Func<ExperimentState, DateTimeOffset, Transition> next, PublishMessage publish, CancellationToken token)
    {
        if (await store.FindAsync(experimentId, token) is not { } state)
        {
            return;
        }

        Transition transition = next(state, clock.GetUtcNow());
        if (transition.State != state)
        {
            await CommitAsync(transition with { Messages = [ProgressOf(transition.State, 0), .. transition.Messages] }, publish, token);
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

    /// <summary>Starts whose turn it is.</summary>
    public async Task StartNextAsync(PublishMessage publish, CancellationToken token)
    {
        foreach (Guid id in ExperimentQueue.Due(await store.ListActiveAsync(token)))
        {
            await AdvanceAsync(id, ExperimentFlow.OnTurn, publish, token);
        }
    }

    /// <summary>Publishes what is left in the outbox since that time or before; returns it.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> PublishLeftAsync(DateTimeOffset keptUntil, PublishMessage publish, CancellationToken token)
    {
        IReadOnlyList<OutboxMessage> left = await store.ListUnpublishedAsync(keptUntil, token);
        await PublishAsync(left, publish, token);
        return left;
    }

    /// <summary>Where experiments stand; those whose id begins so, with hyphens or without.</summary>
    public async Task<IReadOnlyList<ExperimentStatus>> StatusAsync(string idPrefix, CancellationToken token)
    {
        string prefix = idPrefix.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        Dictionary<Guid, int> waiting = ExperimentQueue.Waiting(await store.ListActiveAsync(token)).ToDictionary();
        return [.. (await store.ListAsync(prefix, MostListed, token)).Select(state => StatusOf(state, waiting.GetValueOrDefault(state.Plan.ExperimentId)))];
    }

    private async Task CommitAsync(Transition transition, PublishMessage publish, CancellationToken token) =>
        await PublishAsync(await store.SaveAsync(transition.State, transition.Messages, clock.GetUtcNow(), token), publish, token);

    private async Task PublishAsync(IReadOnlyList<OutboxMessage> messages, PublishMessage publish, CancellationToken token)
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

    /// <summary>Those that wait have moved up. No state of theirs has changed, so nothing of this is kept.</summary>
    private async Task AnnounceQueueAsync(PublishMessage publish, CancellationToken token)
    {
        foreach ((Guid id, int position) in ExperimentQueue.Waiting(await store.ListActiveAsync(token)).Take(MostAnnounced))
        {
            if (await store.FindAsync(id, token) is { Phase: ExperimentPhase.Queued } state)
            {
                ExperimentProgress progress = ProgressOf(state, position) with { Sequence = state.Version };
                await publish(new OutboxMessage(Guid.NewGuid(), id, progress), token);
            }
        }
    }

    private static ExperimentStatus StatusOf(ExperimentState state, int queuePosition) => new()
    {
        Spec = state.Plan.Spec,
        Progress = ProgressOf(state, queuePosition) with { Sequence = state.Version },
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

    /// <summary>Of a state that is about to be kept.</summary>
    private static ExperimentProgress ProgressOf(ExperimentState state, int queuePosition) => new()
    {
        ExperimentId = state.Plan.ExperimentId,
        Sequence = state.Version + 1,
        Phase = state.Phase,
        QueuePosition = queuePosition,
        Run = state.Run,
        Step = state.Step,
        StepCount = state.Plan.Steps.Count,
        TrialsDone = state.AcceptedTrials + state.GivenUpTrials,
        TrialCount = state.TrialCount,
        Attempt = state.Attempt,
    };
}
