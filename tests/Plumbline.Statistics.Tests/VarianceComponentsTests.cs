using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics.Tests;

public sealed class VarianceComponentsTests
{
    [Fact]
    public void Planted_components_are_found_whether_builds_have_equally_many_trials_or_not()
    {
        Random random = new(1);
        VarianceComponents equal = VarianceComponents.Of(Simulation.Builds(random, 2_000, 3))!;
        VarianceComponents unequal = VarianceComponents.Of(
            Enumerable.Range(0, 2_000).Select(build => Simulation.Builds(random, 1, 1 + build % 4)[0]))!;

        Assert.Equal(Simulation.Between, equal.Between, 0.002);
        Assert.Equal(Simulation.Within, equal.Within!.Value, 0.002);
        Assert.Equal(Simulation.Between, unequal.Between, 0.002);
        Assert.Equal(Simulation.Within, unequal.Within!.Value, 0.002);
        Assert.Equal(2.5, unequal.TrialsOfBuild);
    }

    [Fact]
    public void Builds_that_differ_less_than_their_trials_have_no_component_of_their_own()
    {
        VarianceComponents components = VarianceComponents.Of([[90, 110], [91, 109], [92, 108]])!;

        Assert.Equal(0, components.Between);
        Assert.True(components.Within > 0.1);
    }

    [Fact]
    public void With_one_trial_each_all_spread_is_between_builds()
    {
        VarianceComponents components = VarianceComponents.Of([[100], [110], [120]])!;

        Assert.Null(components.Within);
        Assert.Equal(
            new[] { 100.0, 110, 120 }.Select(value => Math.Log(value)).StandardDeviation(), components.Between, 1e-12);
        Assert.Equal(components.Between, components.OfBuild);
    }

    [Fact]
    public void Too_few_builds_and_values_without_a_logarithm_have_none()
    {
        Assert.Null(VarianceComponents.Of([[1, 2], [3, 4]]));
        Assert.Null(VarianceComponents.Of([[1, 2], [3, 4], [0, 1]]));
    }

    [Fact]
    public void With_the_builds_needed_the_interval_has_the_wanted_width_and_with_one_fewer_it_is_wider()
    {
        VarianceComponents components = new(0.04, 0.03, 2);

        int needed = components.BuildsNeeded(0.05);

        Assert.True(HalfWidth(needed) <= Math.Log(1.05));
        Assert.True(HalfWidth(needed - 1) > Math.Log(1.05));
        Assert.Equal(6, needed);
        Assert.Equal(Replications.FewestBuilds, new VarianceComponents(0, 0, 2).BuildsNeeded(0.05));
        Assert.InRange(new VarianceComponents(1, 1, 1).BuildsNeeded(0.01), 70_000, 85_000);

        double HalfWidth(int builds) =>
            SampleMean.Quantile(builds - 1) * Math.Sqrt(0.04 * 0.04 + 0.03 * 0.03 / 2) / Math.Sqrt(builds);
    }
}
