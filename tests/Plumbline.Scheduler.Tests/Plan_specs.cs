using CsCheck;

namespace Plumbline.Scheduler.Tests;

public sealed class Plan_specs
{
    [Fact]
    public void The_baseline_comes_first_and_last_and_nowhere_else() => Specs.Valid.Sample(spec =>
    {
        IReadOnlyList<PlannedStep> steps = Specs.Plan(spec).Steps;

        foreach (PlannedStep baseline in new[] { steps[0], steps[^1] })
        {
            Assert.Equal([DataPlane.NoRules], baseline.DataPlanes);
            Assert.Equal(Math.Max(spec.Builds, spec.Trials) * spec.Measure.Count, baseline.Trials.Count);
            Assert.All(baseline.Trials, trial => Assert.Equal(
                (DataPlane.NoRules, 0, Position.None),
                (trial.Cell.DataPlane, trial.Cell.Services, trial.Cell.Position)));
        }

        Assert.All(steps.Skip(1).SkipLast(1), step => Assert.DoesNotContain(DataPlane.NoRules, step.DataPlanes));
        Assert.All(steps.Skip(1).SkipLast(1).SelectMany(step => step.Trials),
            trial => Assert.NotEqual(DataPlane.NoRules, trial.Cell.DataPlane));
    });

    [Fact]
    public void Trials_have_their_steps_number_of_Services_and_data_planes() => Specs.Valid.Sample(spec =>
        Assert.All(Specs.Plan(spec).Steps, step => Assert.All(step.Trials, trial =>
        {
            Assert.Equal(step.Cell.Services, trial.Cell.Services);
            Assert.Contains(trial.Cell.DataPlane, step.DataPlanes);
        })));

    [Fact]
    public void Another_seed_gives_another_order() => Gen.Select(Gen.Long[0, int.MaxValue], Gen.Long[0, int.MaxValue])
        .Where((one, other) => one != other)
        .Sample((one, other) => Assert.NotEqual(
            OrderOf(new ExperimentSpec { Seed = one }), OrderOf(new ExperimentSpec { Seed = other })));

    [Fact]
    public void Each_repetition_has_an_order_of_its_own()
    {
        PlannedTrial[][] rounds = [.. Specs.Plan(new ExperimentSpec { Trials = 5 }).Steps[1].Trials.Chunk(18)];

        Assert.Equal(
            5, rounds.DistinctBy(round => string.Join(
                ' ', round.Select(trial => (trial.Measure, trial.Cell.DataPlane, trial.Cell.Position)))).Count());
    }

    [Fact]
    public void The_last_attempt_ends_at_the_computed_number_of_flows() => Specs.Valid.Sample(spec =>
    {
        Life life = new Life(spec, accepts: _ => false).ToItsEnd();

        Assert.Equal(ExperimentPlanner.MostFlows(spec), life.Measured.Max(trial => trial.FirstFlow + trial.Flows));
    });

    private static IEnumerable<(int, DataPlane, Position, Measure)> OrderOf(ExperimentSpec spec) =>
        Specs.Plan(spec).Steps.SelectMany(step => step.Trials)
            .Select(trial => (trial.Cell.Services, trial.Cell.DataPlane, trial.Cell.Position, trial.Measure));
}
