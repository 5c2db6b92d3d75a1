using Plumbline.DataPlanes;
using CsCheck;

namespace Plumbline.Scheduler.Tests;

public sealed class Planner_specs
{
    private static readonly Gen<ExperimentSpec> s_specs = Gen.Select(
        Gen.Int[1, 100_000].HashSet[1, 6], Gen.Int[1, 7], Gen.Int[1, 3], Gen.Int[1, 3], Gen.Int[1, 4],
        Gen.Int[1, 4], Gen.Long[0, int.MaxValue],
        (services, positions, dataPlanes, measures, trials, builds, seed) => new ExperimentSpec
        {
            Services = [.. services],
            Positions = [.. WireNames.Of<Position>().Skip(1).Take(positions)],
            DataPlanes = [.. KnownDataPlanes.WithRules.Select(plane => plane.Name.Name).Take(dataPlanes)],
            Measure = [.. WireNames.Of<Measure>().Take(measures)],
            Builds = builds,
            Trials = trials,
            Seed = seed,
        });

    [Fact]
    public void Every_cell_has_the_requested_number_of_trials_in_every_build() => s_specs.Sample(spec =>
    {
        var cells = Sizes(spec).SelectMany(step => step.Trials.Select(trial => (step.Build, Trial: trial)))
            .GroupBy(each => (each.Build, each.Trial.Cell, each.Trial.Measure)).ToList();
        Assert.Equal(
            spec.Builds * spec.Services.Count * spec.Positions.Count * spec.DataPlanes.Count * spec.Measure.Count,
            cells.Count);
        Assert.All(cells, cell => Assert.Equal(
            Enumerable.Range(0, spec.Trials), cell.Select(each => each.Trial.Repetition)));
    });

    [Fact]
    public void Every_number_of_Services_is_built_once_before_any_is_built_again() => s_specs.Sample(spec =>
        Assert.All(Sizes(spec).Chunk(spec.Services.Count).Index(), round =>
        {
            Assert.All(round.Item, step => Assert.Equal(round.Index, step.Build));
            Assert.Equal(spec.Services.Order(), round.Item.Select(step => step.Cell.Services).Order());
        }));

    [Fact]
    public void No_number_of_Services_is_built_twice_in_a_row_if_there_are_others() => s_specs
        .Where(spec => spec.Services.Count > 1).Sample(spec =>
        {
            PlannedStep[] steps = Sizes(spec);
            Assert.All(
                steps.Zip(steps.Skip(1)), pair => Assert.NotEqual(pair.First.Cell.Services, pair.Second.Cell.Services));
        });

    [Fact]
    public void Each_round_of_builds_has_an_order_of_its_own()
    {
        ExperimentSpec spec = new() { Services = [.. Enumerable.Range(1, 8)], Builds = 10 };

        Assert.Equal(10, Sizes(spec).Chunk(8)
            .DistinctBy(round => string.Join(' ', round.Select(step => step.Cell.Services))).Count());
    }

    [Theory]
    [InlineData(4, 2, 4)]
    [InlineData(1, 5, 5)]
    [InlineData(3, 3, 3)]
    public void A_baseline_has_a_trial_for_each_build_or_trial(int builds, int trials, int baseline)
    {
        ExperimentPlan plan = Plan(new ExperimentSpec { Builds = builds, Trials = trials, Measure = ["rtt"] });

        Assert.All(
            [plan.Steps[0], plan.Steps[^1]], step => Assert.Equal((0, baseline), (step.Build, step.Trials.Count)));
    }

    [Fact]
    public void The_start_event_names_the_build_of_every_step() => s_specs.Sample(spec => Assert.Equal(
        Plan(spec).Steps.Select(step => step.Build), Plan(spec).Steps.Select(step => step.Describe().Build)));

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
        Assert.Equal(spec.Builds * spec.Services.Count, Sizes(spec).Length);
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

    private static PlannedStep[] Sizes(ExperimentSpec spec) =>
        [.. Plan(spec).Steps.Where(step => step.Role == StepRole.Services)];

    private static ExperimentPlan Plan(ExperimentSpec spec) => ExperimentPlanner.Plan(Guid.Empty, spec);
}
