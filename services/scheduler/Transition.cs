namespace Plumbline.Scheduler;

/// <summary>The next state, and the messages to publish once it is stored.</summary>
public sealed record Transition(ExperimentState State, IReadOnlyList<object> Messages)
{
    public static Transition Unchanged(ExperimentState state) => new(state, []);
}
