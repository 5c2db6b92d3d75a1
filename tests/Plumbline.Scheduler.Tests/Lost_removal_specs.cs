namespace Plumbline.Scheduler.Tests;

/// <summary>A process that dies between storing a state and publishing its command gets the event again.</summary>
public sealed class Lost_removal_specs
{
    private const string Reason = "trial 0 cannot be measured: no such device";

    [Fact]
    public void Repeating_the_cancel_sends_the_removal_again() => AssertRemovalSentAgain(Life.Cancel);

    [Fact]
    public void Repeating_the_fault_sends_the_removal_again() =>
        AssertRemovalSentAgain(state => Life.Fault(state, Reason));

    private static void AssertRemovalSentAgain(Func<ExperimentState, Transition> ending)
    {
        Life life = new(Specs.Small);
        life.Inject(ending);

        Transition again = ending(life.State);

        Assert.Equal(life.State, again.State);
        Assert.IsType<RemoveServices>(Assert.Single(again.Messages));
    }
}
