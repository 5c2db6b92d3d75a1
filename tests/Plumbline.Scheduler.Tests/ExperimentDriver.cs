namespace Plumbline.Scheduler.Tests;

/// <summary>Stands for all workers: answers each command of an experiment's flow until it ends.</summary>
internal sealed class ExperimentDriver(ExperimentSpec spec)
{
    public static readonly Guid Id = Guid.Parse("11111111-2222-3333-4444-555555555555");

    public List<object> Published { get; } = [];

    public IEnumerable<MeasureTrial> Attempts => Published.OfType<MeasureTrial>();

    public ExperimentState State { get; private set; } = null!;

    /// <summary>Delivers every event so often.</summary>
    public int Deliveries { get; init; } = 1;

    /// <summary>Whether an attempt is accepted.</summary>
    public Func<MeasureTrial, bool> Accept { get; init; } = _ => true;

    /// <summary>Delivers a message of one's own before the answer to the command of that number.</summary>
    public Func<ExperimentState, int, Transition?> Interfere { get; init; } = (_, _) => null;

    public void Run()
    {
        Queue<object> commands = new();
        Apply(ExperimentFlow.Start(ExperimentPlanner.Plan(Id, spec), default));
        for (int number = 0; commands.TryDequeue(out object? command); number++)
        {
            Assert.True(number < 100_000, "the experiment does not end");
            if (Interfere(State, number) is { } transition)
            {
                Apply(transition);
            }

            for (int delivery = 0; delivery < Deliveries; delivery++)
            {
                Apply(Answer(command));
            }
        }

        void Apply(Transition transition)
        {
            State = transition.State;
            foreach (object message in transition.Messages)
            {
                Published.Add(message);
                if (message is ScaleStep or MeasureTrial or RemoveServices)
                {
                    commands.Enqueue(message);
                }
            }
        }
    }

    private Transition Answer(object command) => command switch
    {
        ScaleStep step => ExperimentFlow.OnScaled(State, new ServicesScaled { ExperimentId = Id, Step = step.Step, DataPlanes = [] }),
        MeasureTrial trial => ExperimentFlow.OnTrialStored(State, Stored(trial)),
        _ => ExperimentFlow.OnRemoved(State, default),
    };

    private TrialStored Stored(MeasureTrial trial) => new()
    {
        Key = trial.Key,
        DataPlane = trial.DataPlane,
        Services = trial.Services,
        Position = trial.Position,
        Accepted = Accept(trial),
        Flags = [],
        Remarks = [],
    };
}
