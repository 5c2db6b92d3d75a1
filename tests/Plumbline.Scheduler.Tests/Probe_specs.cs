using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>Which trials the probes get, and in which order.</summary>
public sealed class Probe_specs
{
    private static readonly ExperimentSpec s_allProbes = new() { Measure = ["one-way", "rtt", "grpc"], Services = [100], Trials = 4 };

    private static readonly Gen<long> s_seeds = Gen.Long[0, int.MaxValue];

    [Fact]
    public void Every_probe_is_measured_as_often_as_asked_on_every_cell() => Specs.Valid.Sample(spec =>
    {
        IEnumerable<(int, string, string, string, int)> asked =
            from services in spec.Services
            from dataPlane in spec.DataPlanes
            from position in spec.Positions
            from probe in spec.Measure
            from repetition in Enumerable.Range(0, spec.Trials)
            select (services, dataPlane, position, probe, repetition);

        IEnumerable<(int, string, string, string, int)> planned = Specs.Plan(spec).Steps.Skip(1).SkipLast(1).SelectMany(step => step.Trials)
            .Select(trial => (trial.Cell.Services, trial.Cell.DataPlane.WireName(), trial.Cell.Position.WireName(), trial.Measure.WireName(), trial.Repetition));

        Assert.Equal(asked.Order(), planned.Order());
    });

    [Fact]
    public void Every_probe_is_measured_as_often_as_asked_in_both_baseline_arms() => Specs.Valid.Sample(spec =>
    {
        ExperimentPlan plan = Specs.Plan(spec);
        IEnumerable<(string, int)> asked =
            from probe in spec.Measure
            from repetition in Enumerable.Range(0, spec.Trials)
            select (probe, repetition);

        Assert.All([plan.Steps[0], plan.Steps[^1]], baseline => Assert.Equal(
            asked.Order(), baseline.Trials.Select(trial => (trial.Measure.WireName(), trial.Repetition)).Order()));
    });

    [Fact]
    public void A_probe_that_was_not_chosen_is_measured_nowhere() => Specs.Valid.Sample(spec => Assert.All(
        Specs.Plan(spec).Steps.SelectMany(step => step.Trials), trial => Assert.Contains(trial.Measure.WireName(), spec.Measure)));

    [Fact]
    public void Each_repetition_has_every_probe_of_every_cell_before_the_next_has_any() => Specs.Valid.Sample(spec =>
        Assert.All(Specs.Plan(spec).Steps, step => Assert.Equal(
            step.Trials.Select(trial => trial.Repetition).Order(), step.Trials.Select(trial => trial.Repetition))));

    /// <summary>All of one probe and then all of another, by chance: less than once in 10^9 orders of 27 cells.</summary>
    [Fact]
    public void Probes_take_turns_within_each_repetition() => s_seeds.Sample(seed => Assert.All(
        Specs.Plan(s_allProbes with { Seed = seed }).Steps[1].Trials.Chunk(27), repetition => Assert.True(
            Changes(repetition) > s_allProbes.Measure.Count - 1,
            $"one probe after another: {string.Join(' ', repetition.Select(trial => trial.Measure))}")));

    [Fact]
    public void No_probe_always_comes_first_in_a_baseline() => s_seeds.Sample(seed =>
    {
        ExperimentPlan plan = Specs.Plan(s_allProbes with { Seed = seed, Trials = 100 });

        Assert.All([plan.Steps[0], plan.Steps[^1]], baseline => Assert.Equal(
            3, baseline.Trials.Chunk(3).Select(repetition => repetition[0].Measure).Distinct().Count()));
    });

    [Fact]
    public void The_order_of_probes_is_the_seeds() => Gen.Select(s_seeds, s_seeds).Where((one, other) => one != other).Sample((one, other) =>
    {
        Assert.Equal(OrderOf(one), OrderOf(one));
        Assert.NotEqual(OrderOf(one), OrderOf(other));
    });

    [Fact]
    public void The_order_in_which_the_probes_are_named_chooses_no_other_trials() => s_seeds.Sample(seed => Assert.Equal(
        Specs.Plan(s_allProbes with { Seed = seed }).Steps.SelectMany(step => step.Trials).Select(Cell).Order(),
        Specs.Plan(s_allProbes with { Seed = seed, Measure = ["grpc", "one-way", "rtt"] }).Steps.SelectMany(step => step.Trials).Select(Cell).Order()));

    [Fact]
    public void Each_probe_comes_early_and_late_alike()
    {
        PlannedTrial[][] repetitions = [.. Specs.Plan(s_allProbes with { Trials = 1_000 }).Steps[1].Trials.Chunk(27)];

        foreach (Measure probe in Enum.GetValues<Measure>())
        {
            double meanPlace = repetitions.SelectMany(repetition => repetition.Index()).Where(trial => trial.Item.Measure == probe).Average(trial => trial.Index);
            Assert.InRange(meanPlace, 12.5, 13.5);
        }
    }

    private static int Changes(PlannedTrial[] trials) => trials.Zip(trials.Skip(1)).Count(pair => pair.First.Measure != pair.Second.Measure);

    private static (int, DataPlane, Position, Measure, int) Cell(PlannedTrial trial) =>
        (trial.Cell.Services, trial.Cell.DataPlane, trial.Cell.Position, trial.Measure, trial.Repetition);

    private static IEnumerable<Measure> OrderOf(long seed) =>
        Specs.Plan(s_allProbes with { Seed = seed }).Steps.SelectMany(step => step.Trials).Select(trial => trial.Measure);
}
