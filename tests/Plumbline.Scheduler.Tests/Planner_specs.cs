using Plumbline.DataPlanes;
using CsCheck;

namespace Plumbline.Scheduler.Tests;

public sealed class Planner_specs
{
    private static readonly Gen<ExperimentSpec> s_specs = Gen.Select(
        Gen.Int[1, 100_000].HashSet[1, 6], Gen.Int[1, 7], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[1, 4],
        Gen.Long[0, int.MaxValue],
        (services, positions, dataPlanes, measures, trials, seed) => new ExperimentSpec
        {
            Services = [.. services],
            Positions = [.. WireNames.Of<Position>().Skip(1).Take(positions)],
            DataPlanes = [.. KnownDataPlanes.WithRules.Select(plane => plane.Name.Name).Take(dataPlanes)],
            Measure = [.. WireNames.Of<Measure>().Take(measures)],
            Trials = trials,
            Seed = seed,
        });

    [Fact]
    public void Every_cell_has_the_requested_number_of_trials() => s_specs.Sample(spec =>
    {
        ExperimentPlan plan = Plan(spec);
        var cells = plan.Steps.SelectMany(step => step.Trials).Where(trial => trial.Cell.DataPlane != DataPlane.NoRules)
            .GroupBy(trial => (trial.Cell.DataPlane, trial.Cell.Services, trial.Cell.Position, trial.Measure)).ToList();
        Assert.Equal(
            spec.Services.Count * spec.Positions.Count * spec.DataPlanes.Count * spec.Measure.Count, cells.Count);
        Assert.All(
            cells, cell => Assert.Equal(Enumerable.Range(0, spec.Trials), cell.Select(trial => trial.Repetition)));
    });

    [Fact]
    public void All_cells_are_measured_once_before_any_is_measured_again() => s_specs.Sample(spec =>
    {
        int cells = spec.Positions.Count * spec.DataPlanes.Count * spec.Measure.Count;
        foreach (PlannedStep step in Plan(spec).Steps.Where(step => step.Cell.Services > 0))
        {
            Assert.All(step.Trials.Chunk(cells), block => Assert.Equal(
                cells, block.Select(trial => (trial.Cell.DataPlane, trial.Cell.Position, trial.Measure)).Distinct()
                    .Count()));
        }
    });

    [Fact]
    public void A_baseline_comes_first_and_last() => s_specs.Sample(spec =>
    {
        ExperimentPlan plan = Plan(spec);
        Assert.Equal(0, plan.Steps[0].Cell.Services);
        Assert.Equal(0, plan.Steps[^1].Cell.Services);
        Assert.All(plan.Steps[0].Trials.Concat(plan.Steps[^1].Trials),
            trial => Assert.Equal(DataPlane.NoRules, trial.Cell.DataPlane));
        Assert.Equal(spec.Services.Order(), plan.Steps.Skip(1).SkipLast(1).Select(step => step.Cell.Services).Order());
    });

    [Fact]
    public void Trials_have_consecutive_numbers() => s_specs.Sample(spec =>
    {
        ExperimentPlan plan = Plan(spec);
        Assert.Equal(Enumerable.Range(0, plan.TrialCount),
            plan.Steps.SelectMany(step => step.Trials).Select(trial => trial.Trial));
    });

    [Fact]
    public void The_same_seed_gives_the_same_plan_and_another_seed_another_order()
    {
        ExperimentSpec spec = new() { Services = [1, 2, 3, 4, 5, 6, 7, 8] };

        Assert.Equal(Order(spec), Order(spec));
        Assert.NotEqual(Order(spec), Order(spec with { Seed = 2 }));

        static IEnumerable<(int, DataPlane, Position, Measure)> Order(ExperimentSpec spec) =>
            Plan(spec).Steps.SelectMany(step => step.Trials)
                .Select(trial => (trial.Cell.Services, trial.Cell.DataPlane, trial.Cell.Position, trial.Measure));
    }

    [Fact]
    public void The_bound_on_flows_is_the_sum_of_every_attempt() => s_specs.Sample(spec => Assert.Equal(
        spec.MaxAttempts * Plan(spec).Steps.SelectMany(step => step.Trials)
            .Sum(trial => (long)ExperimentPlanner.FlowsPerAttempt(spec, trial.Measure)),
        ExperimentPlanner.MostFlows(spec)));

    private static ExperimentPlan Plan(ExperimentSpec spec) => ExperimentPlanner.Plan(Guid.Empty, spec);
}
