namespace Plumbline.Scheduler.Tests;

/// <summary>
/// An experiment's whole life without a bus. Every command gets the services' answer, and every answer goes into
/// <see cref="ExperimentFlow"/>. A repeated command gets no second answer, because its work is already done.
/// </summary>
internal sealed class Life
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly Func<TrialKey, bool> _accepts;
    private readonly TrialFlag _flag;
    private readonly HashSet<object> _answered = [];
    private readonly Queue<object> _answers = new();

    /// <param name="flag">The flag of attempts that are not accepted.</param>
    public Life(
        ExperimentSpec spec, Func<TrialKey, bool>? accepts = null, TrialFlag flag = TrialFlag.GeneratorBehind)
    {
        (_accepts, _flag) = (accepts ?? (_ => true), flag);
        Transition started = ExperimentFlow.Start(Specs.Plan(spec), Start);
        State = started.State;
        Take(started);
    }

    public ExperimentState State { get; private set; }

    /// <summary>Everything that was published, in order.</summary>
    public List<object> Published { get; } = [];

    /// <summary>Every event that was delivered, in order, without repeats.</summary>
    public List<object> Delivered { get; } = [];

    public IReadOnlyList<MeasureTrial> Measured => [.. Published.OfType<MeasureTrial>()];

    public object? NextEvent => _answers.TryPeek(out object? next) ? next : null;

    public static Transition Apply(ExperimentState state, object message) => message switch
    {
        ServicesScaled scaled => ExperimentFlow.OnScaled(state, scaled, Start),
        TrialStored stored => ExperimentFlow.OnTrialStored(state, stored, Start),
        ServicesRemoved removed => ExperimentFlow.OnRemoved(state, removed, Start),
        StepRecomputed recomputed => ExperimentFlow.OnRecomputed(state, recomputed, Start),
        CancelExperiment => Cancel(state),
        _ => throw new ArgumentException($"nothing is done about {message}", nameof(message)),
    };

    public static Transition Cancel(ExperimentState state) => ExperimentFlow.OnCancel(state, Start);

    public static Transition Fault(ExperimentState state, string reason) =>
        ExperimentFlow.OnFault(state, reason, Start);

    /// <summary>Identifies a command. Records compare their lists by reference, so the command itself cannot.</summary>
    public static object IdentityOf(object command) => command switch
    {
        ScaleStep scale => ("scale", scale.Run, scale.Step, scale.Remake),
        MeasureTrial measure => measure.Key,
        RemoveServices remove => ("remove", remove.Run),
        _ => command,
    };

    public static bool IsCommand(object message) =>
        message is ScaleStep or MeasureTrial or RemoveServices or RecomputeStep;

    /// <summary>Delivers the next answer.</summary>
    public Transition Advance()
    {
        object next = _answers.Dequeue();
        Delivered.Add(next);
        return Inject(next);
    }

    /// <summary>Delivers an event out of turn.</summary>
    public Transition Inject(object message) => Inject(state => Apply(state, message));

    public Transition Inject(Func<ExperimentState, Transition> message)
    {
        Transition transition = message(State);
        State = transition.State;
        Take(transition);
        return transition;
    }

    public Life ToItsEnd()
    {
        while (_answers.Count > 0)
        {
            Advance();
        }

        return this;
    }

    private void Take(Transition transition)
    {
        foreach (object message in transition.Messages)
        {
            Published.Add(message);
            if (IsCommand(message) && _answered.Add(IdentityOf(message)))
            {
                _answers.Enqueue(Answer(message));
            }
        }
    }

    private static ScaledNode NodeOf(string name) => new()
    {
        Node = new MeasuredNode
        {
            Name = name,
            SourcePrefix = "10.244.1.128/26",
            EndpointIp = "10.244.1.11",
            EndpointPort = 7001,
            ServiceNamespace = "plumbline-1",
        },
        DataPlane = Planes.Nftables,
        Rules = 0,
        AllRules = 1,
        ProgrammingNs = 0,
        Remarks = [],
    };

    private object Answer(object command) => command switch
    {
        ScaleStep scale => new ServicesScaled
        {
            ExperimentId = scale.ExperimentId,
            Run = scale.Run,
            Step = scale.Step,
            Remake = scale.Remake,
            DataPlanes = [],
            Nodes = [.. scale.Nodes.Select(NodeOf)],
        },
        MeasureTrial measure => new TrialStored
        {
            Key = measure.Key,
            Measure = measure.Measure,
            Cell = measure.Cell,
            Accepted = _accepts(measure.Key),
            Flags = _accepts(measure.Key) ? [] : [_flag],
            Remarks = [],
        },
        RemoveServices remove => new ServicesRemoved { ExperimentId = remove.ExperimentId, Run = remove.Run },
        RecomputeStep recompute => new StepRecomputed
        {
            ExperimentId = recompute.ExperimentId,
            Run = recompute.Run,
            Step = recompute.Step,
            Recomputed = 1,
            Changed = 0,
        },
        _ => throw new ArgumentException($"nothing answers {command}", nameof(command)),
    };
}
