using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>Which trials the measures have, and in which order.</summary>
public sealed class Measure_specs
{
    private static readonly ExperimentSpec s_allMeasures =
        new() { Measure = ["one-way", "rtt", "grpc"], Services = [100], Trials = 4 };

    private static readonly Gen<long> s_seeds = Gen.Long[0, int.MaxValue];

    [Fact]
    public void Every_cell_has_the_requested_number_of_trials_of_every_measure() => Specs.Valid.Sample(spec =>
    {
        IEnumerable<(int, int, string, string, string, int)> asked =
            from build in Enumerable.Range(0, spec.Builds)
            from services in spec.Services
            from dataPlane in spec.DataPlanes
            from position in spec.Positions
            from measure in spec.Measure
            from repetition in Enumerable.Range(0, spec.Trials)
            select (build, services, dataPlane, position, measure, repetition);

        IEnumerable<(int, int, string, string, string, int)> planned =
            Specs.Plan(spec).Steps.Skip(1).SkipLast(1)
                .SelectMany(step => step.Trials.Select(trial => (
                    step.Build, trial.Cell.Services, trial.Cell.DataPlane.WireName(), trial.Cell.Position.WireName(),
                    trial.Measure.WireName(), trial.Repetition)));

        Assert.Equal(asked.Order(), planned.Order());
    });

    [Fact]
    public void Both_baselines_have_as_many_trials_of_every_measure() => Specs.Valid.Sample(spec =>
    {
        ExperimentPlan plan = Specs.Plan(spec);
        IEnumerable<(string, int)> asked =
            from measure in spec.Measure
            from repetition in Enumerable.Range(0, Math.Max(spec.Builds, spec.Trials))
            select (measure, repetition);

        Assert.All([plan.Steps[0], plan.Steps[^1]], baseline => Assert.Equal(
            asked.Order(), baseline.Trials.Select(trial => (trial.Measure.WireName(), trial.Repetition)).Order()));
    });

    [Fact]
    public void Only_requested_measures_have_trials() => Specs.Valid.Sample(spec => Assert.All(
        Specs.Plan(spec).Steps.SelectMany(step => step.Trials),
        trial => Assert.Contains(trial.Measure.WireName(), spec.Measure)));

    [Fact]
    public void A_repetition_ends_before_the_next_begins() => Specs.Valid.Sample(spec =>
        Assert.All(Specs.Plan(spec).Steps, step => Assert.Equal(
            step.Trials.Select(trial => trial.Repetition).Order(), step.Trials.Select(trial => trial.Repetition))));

    /// <summary>By chance one measure follows another in less than one of 10^9 orders of 27 cells.</summary>
    [Fact]
    public void Measures_take_turns_within_each_repetition() => s_seeds.Sample(seed => Assert.All(
        Specs.Plan(s_allMeasures with { Seed = seed }).Steps[1].Trials.Chunk(27), repetition => Assert.True(
            Changes(repetition) > s_allMeasures.Measure.Count - 1,
            $"each measure comes in one piece: {string.Join(' ', repetition.Select(trial => trial.Measure))}")));

    [Fact]
    public void No_measure_always_comes_first_in_a_baseline() => s_seeds.Sample(seed =>
    {
        ExperimentPlan plan = Specs.Plan(s_allMeasures with { Seed = seed, Trials = 100 });

        Assert.All([plan.Steps[0], plan.Steps[^1]], baseline => Assert.Equal(
            3, baseline.Trials.Chunk(3).Select(repetition => repetition[0].Measure).Distinct().Count()));
    });

    [Fact]
    public void The_seed_decides_the_order_of_measures() =>
        Gen.Select(s_seeds, s_seeds).Where((one, other) => one != other).Sample((one, other) =>
    {
        Assert.Equal(OrderOf(one), OrderOf(one));
        Assert.NotEqual(OrderOf(one), OrderOf(other));
    });

    [Fact]
    public void The_order_of_the_measures_in_the_request_does_not_change_the_set_of_trials() =>
        s_seeds.Sample(seed => Assert.Equal(
        Specs.Plan(s_allMeasures with { Seed = seed }).Steps.SelectMany(step => step.Trials).Select(Cell).Order(),
        Specs.Plan(s_allMeasures with { Seed = seed, Measure = ["grpc", "one-way", "rtt"] })
            .Steps.SelectMany(step => step.Trials).Select(Cell).Order()));

    [Fact]
    public void Each_measure_comes_early_as_often_as_late()
    {
        PlannedTrial[][] repetitions = [.. Specs.Plan(s_allMeasures with { Trials = 1_000 }).Steps[1].Trials.Chunk(27)];

        foreach (Measure measure in Enum.GetValues<Measure>())
        {
            double meanPlace = repetitions.SelectMany(repetition => repetition.Index())
                .Where(trial => trial.Item.Measure == measure).Average(trial => trial.Index);
            Assert.InRange(meanPlace, 12.5, 13.5);
        }
    }

    private static int Changes(PlannedTrial[] trials) =>
        trials.Zip(trials.Skip(1)).Count(pair => pair.First.Measure != pair.Second.Measure);

    private static (int, DataPlane, Position, Measure, int) Cell(PlannedTrial trial) =>
        (trial.Cell.Services, trial.Cell.DataPlane, trial.Cell.Position, trial.Measure, trial.Repetition);

    private static IEnumerable<Measure> OrderOf(long seed) =>
        Specs.Plan(s_allMeasures with { Seed = seed }).Steps.SelectMany(step => step.Trials)
            .Select(trial => trial.Measure);
}
