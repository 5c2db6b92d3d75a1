namespace Plumbline.Scheduler.Tests;

/// <summary>
/// Schedulers, workers and the wire between them, without a bus. Messages wait on the wire until the test delivers
/// them, in any order. A scheduler may die between storing a state and publishing its messages. A worker answers a
/// repeated command with its earlier result. If it has forgotten that, it measures again on used flows and flags the
/// attempt. The aggregator stores the first result of a key and always reports that one.
/// </summary>
internal sealed class World
{
    private readonly IExperimentStore _store;
    private readonly Func<TrialKey, bool> _accepts;
    private readonly HashSet<Guid> _seen = [];
    private readonly bool _workersRemember;
    private readonly HashSet<TrialKey> _measured = [];
    private int? _publishesUntilDeath;
    private SchedulerUpkeep _upkeep;
    private ExperimentDriver _driver;

    public World(IExperimentStore store, Func<TrialKey, bool>? accepts = null, bool workersRemember = true)
    {
        (_store, _accepts, _workersRemember) = (store, accepts ?? (_ => true), workersRemember);
        (_driver, _upkeep) = NewScheduler();
    }

    public FakeClock Clock { get; } = new();

    /// <summary>Messages on their way.</summary>
    public List<object> Wire { get; } = [];

    /// <summary>Everything that schedulers published, each message once, in order.</summary>
    public List<object> Published { get; } = [];

    /// <summary>How often a message was published again.</summary>
    public int Republished { get; private set; }

    public Dictionary<TrialKey, bool> Stored { get; } = [];

    public static ExperimentRequested Request(int number, ExperimentSpec? spec = null) =>
        new() { ExperimentId = Id(number), Spec = spec ?? Specs.Small };

    public static Guid Id(int number) => Guid.Parse($"3f0e51a5-6f0e-4f39-9f06-0000000001{number:D2}");

    public IEnumerable<T> PublishedOf<T>(int number) =>
        Published.OfType<T>().Where(message => IdOf(message!) == Id(number));

    public ExperimentState StateOf(int number) => Done(_store.FindAsync(Id(number), Token))!;

    public int Unpublished => Done(_store.ListUnpublishedAsync(DateTimeOffset.MaxValue, Token)).Count;

    public IReadOnlyList<QueueEntry> Active => Done(_store.ListActiveAsync(Token));

    /// <summary>Delivers a message to a scheduler, or a command to a worker. False when the scheduler died.</summary>
    public bool Deliver(object message)
    {
        if (Work(message) is { } answer)
        {
            Wire.Add(answer);
            return true;
        }

        return Unless(() => message switch
        {
            ExperimentRequested request => _driver.RequestAsync(request, Publish, Token),
            ServicesScaled scaled => Advance(
                scaled.ExperimentId, (state, now) => ExperimentFlow.OnScaled(state, scaled, now)),
            TrialStored stored => Advance(
                stored.Key.ExperimentId, (state, now) => ExperimentFlow.OnTrialStored(state, stored, now)),
            CancelExperiment cancel => Advance(cancel.ExperimentId, ExperimentFlow.OnCancel),
            ServicesRemoved removed => Advance(
                removed.ExperimentId, (state, now) => ExperimentFlow.OnRemoved(state, removed, now)),
            _ => Task.CompletedTask,
        });
    }

    public bool Tick(TimeSpan passed)
    {
        Clock.Now += passed;
        return Unless(() => _upkeep.TickAsync(Publish, Token));
    }

    /// <summary>Replaces the process by a new one, which has seen nothing.</summary>
    public void Restart() => (_driver, _upkeep) = NewScheduler();

    /// <summary>Lets the scheduler publish so many messages, and die at the next one.</summary>
    public void DieAfter(int publishes) => _publishesUntilDeath = publishes;

    /// <summary>Answers every command in order. Time passes when there is none.</summary>
    public void RunInPeace()
    {
        for (int turn = 0; Active.Count > 0 || Wire.Count > 0 || Unpublished > 0; turn++)
        {
            Assert.True(turn < 20_000, "the experiments never end");
            if (Wire.Count > 0)
            {
                object next = Wire[0];
                Wire.RemoveAt(0);
                Deliver(next);
            }
            else
            {
                Tick(TimeSpan.FromMinutes(turn % 2 == 0 ? 1 : 11));
            }
        }
    }

    private static CancellationToken Token => CancellationToken.None;

    private (ExperimentDriver Driver, SchedulerUpkeep Upkeep) NewScheduler()
    {
        ExperimentDriver driver = new(_store, Clock);
        return (driver, new SchedulerUpkeep(
            _store, driver, Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<SchedulerUpkeep>.Instance));
    }

    private Task Advance(Guid id, Func<ExperimentState, DateTimeOffset, Transition> next) =>
        _driver.AdvanceAsync(id, next, Publish, Token);

    private Task Publish(OutboxMessage message, CancellationToken token)
    {
        if (_publishesUntilDeath is { } left)
        {
            _publishesUntilDeath = left - 1;
            if (left == 0)
            {
                throw new DeathException();
            }
        }

        if (_seen.Add(message.Id))
        {
            Published.Add(message.Message);
        }
        else
        {
            Republished++;
        }

        if (Life.IsCommand(message.Message))
        {
            Wire.Add(message.Message);
        }

        return Task.CompletedTask;
    }

    private bool Unless(Func<Task> work)
    {
        try
        {
            work().GetAwaiter().GetResult();
            return true;
        }
        catch (DeathException)
        {
            _publishesUntilDeath = null;
            Restart();
            return false;
        }
    }

    private object? Work(object message) => message switch
    {
        ScaleStep scale => new ServicesScaled
        {
            ExperimentId = scale.ExperimentId,
            Run = scale.Run,
            Step = scale.Step,
            Remake = scale.Remake,
            DataPlanes = [],
        },
        MeasureTrial trial => new Measured(
            trial, (_measured.Add(trial.Key) || _workersRemember) && _accepts(trial.Key)),
        Measured measured => Store(measured),
        RemoveServices remove => new ServicesRemoved { ExperimentId = remove.ExperimentId, Run = remove.Run },
        _ => null,
    };

    private TrialStored Store(Measured measured)
    {
        MeasureTrial trial = measured.Trial;
        Stored.TryAdd(trial.Key, measured.Accepted);
        bool accepted = Stored[trial.Key];
        return new TrialStored
        {
            Key = trial.Key,
            Measure = trial.Measure,
            Cell = trial.Cell,
            Accepted = accepted,
            Flags = accepted ? [] : [TrialFlag.PacketsLost],
            Remarks = [],
        };
    }

    private static Guid IdOf(object message) => message switch
    {
        MeasureTrial trial => trial.Key.ExperimentId,
        _ => (Guid)message.GetType().GetProperty("ExperimentId")!.GetValue(message)!,
    };

    private static T Done<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private sealed record Measured(MeasureTrial Trial, bool Accepted);

    private sealed class DeathException : Exception;
}
