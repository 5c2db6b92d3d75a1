using MathNet.Numerics.Distributions;
using Xunit;

namespace Plumbline.Statistics.Tests;

/// <summary>A machine that is slow in some builds, and figures that slow down more or less than it does.</summary>
public sealed class SpeedPowerTests
{
    private const double Packets = 0.01 * 0.01;

    [Fact]
    public void A_figure_that_changes_as_the_machine_does_has_no_excess()
    {
        SpeedPower power = SpeedPower.Of([(0, 5), (0.4, 5), (0, 5), (0.4, 5), (0.2, 5)], Packets);

        Assert.Equal(0, power.Excess, 1e-12);
        Assert.InRange(power.Error, 0.01, SpeedPower.PriorError);
    }

    [Theory]
    [InlineData(0.4)]
    [InlineData(-0.5)]
    public void Many_builds_show_how_much_more_or_less_it_changes(double excess)
    {
        (double Slowness, double Log)[] builds =
            [.. Enumerable.Range(0, 100).Select(build => (0.4 * (build % 2), 5 + excess * 0.4 * (build % 2)))];

        SpeedPower power = SpeedPower.Of(builds, Packets);

        Assert.InRange(power.Excess / excess, 0.95, 1);
        Assert.InRange(power.Error, 0.001, 0.1);
    }

    [Fact]
    public void A_machine_that_kept_its_speed_shows_nothing()
    {
        SpeedPower power = SpeedPower.Of([(0.1, 5), (0.1, 5.1), (0.1, 4.9)], Packets);

        Assert.Equal(0, power.Excess, 1e-12);
        Assert.Equal(SpeedPower.PriorError, power.Error, 1e-12);
    }

    [Fact]
    public void Two_builds_show_nothing() =>
        Assert.Equal(new SpeedPower(0, SpeedPower.PriorError), SpeedPower.Of([(0, 5), (0.4, 6)], Packets));

    [Fact]
    public void Four_builds_that_happen_to_lie_on_a_line_prove_no_power()
    {
        SpeedPower power = SpeedPower.Of([(0.00, 5), (0.02, 5.02), (0.04, 5.04), (0.06, 5.06)], Packets);

        Assert.InRange(power.Excess, 0, 0.15);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(10)]
    [InlineData(24)]
    public void An_interval_at_full_speed_holds_the_truth_on_a_machine_that_is_slow_now_and_then(int builds)
    {
        double held = Simulation.Share(random => Interval(random, builds).Contains(Simulation.Truth), 1_000);

        Assert.InRange(held, 0.93, 1);
    }

    private static Interval Interval(Random random, int builds)
    {
        double excess = Normal.Sample(random, 0, 0.3);
        (double Slowness, double Log)[] seen =
        [
            .. Enumerable.Range(0, builds).Select(_ =>
            {
                double slowness = random.NextDouble() < 0.4 ? 0.4 : 0;
                double value = Simulation.Truth * Simulation.Factor(random, Simulation.Between);
                return (slowness, Math.Log(value) + excess * slowness);
            }),
        ];
        SpeedPower power = SpeedPower.Of(seen, Packets);
        return Replications.GeometricMean(
            [.. seen.Select(build => Math.Exp(build.Log - power.Excess * build.Slowness))],
            power.Error * seen.Average(build => build.Slowness)).Interval!;
    }
}
