namespace Plumbline.Statistics.Tests;

public sealed class LinearGrowthTests(ITestOutputHelper output)
{
    private static readonly double[] s_sizes = [100, 1_000, 5_000, 10_000];

    [Fact]
    public void A_line_without_noise_is_found_exactly()
    {
        LinearGrowth growth = LinearGrowth.Of(Exactly(size => 2_000 + 15.4 * size));

        Assert.Equal(15.4, growth.Slope.Value, 1e-9);
        Assert.Equal(2_000, growth.Line.Intercept, 1e-6);
        Assert.Equal(15.4 * 9_900, growth.Rise.Value, 1e-6);
        Assert.All(growth.LocalSlopes, local => Assert.Equal(15.4, local.Slope.Value, 1e-9));
        Assert.Equal([(100, 1_000), (1_000, 5_000), (5_000, 10_000)], growth.LocalSlopes.Select(
            local => ((int)local.From, (int)local.To)));
        Assert.Null(growth.Knee);
    }

    [Fact]
    public void The_slopes_intervals_cover_them_as_often_as_stated()
    {
        double slope = Simulation.Share(
            random => Noisy(size => 2_000 + 15.4 * size, 4, random).Slope.Interval!.Contains(15.4), 1_000);
        double last = Simulation.Share(
            random => Noisy(size => 2_000 + 15.4 * size, 4, random).LocalSlopes[^1].Slope.Interval!.Contains(15.4),
            1_000);

        output.WriteLine($"slope {slope:P1}, last local slope {last:P1}");
        Assert.InRange(slope, 0.93, 0.97);
        Assert.InRange(last, 0.93, 0.97);
    }

    [Fact]
    public void A_list_that_leaves_a_cache_has_its_knee_and_both_slopes()
    {
        double found = Simulation.Share(
            random => Noisy(Bent, 4, random).Knee is { Size: 5_000 } knee
                && knee.Before.Interval!.Contains(15.7) && knee.Beyond.Interval!.Contains(24),
            200);
        LinearGrowth exact = LinearGrowth.Of(Exactly(Bent));

        Assert.InRange(found, 0.6, 1);
        Assert.Equal(5_000, exact.Knee!.Size);
        Assert.Equal(15.7, exact.Knee.Before.Value, 1e-6);
        Assert.Equal(24, exact.Knee.Beyond.Value, 1e-6);
    }

    [Fact]
    public void Lines_have_no_knee_and_bends_that_change_no_answer_are_none()
    {
        double inLines = Simulation.Share(
            random => Noisy(size => 2_000 + 15.4 * size, 4, random).Knee is not null, 1_000);

        output.WriteLine($"{inLines:P1} of straight lines bend");
        Assert.InRange(inLines, 0, 0.015);
        Assert.Null(LinearGrowth.Of(Exactly(
            size => 2_000 + 15.4 * size + 1.5 * Math.Max(0, size - 1_000))).Knee);
    }

    [Fact]
    public void Two_sizes_have_a_slope_with_its_interval_and_two_builds_have_none()
    {
        Random random = new(1);
        LinearGrowth two = LinearGrowth.Of(Simulation.Curves(size => size, [100, 1_000], 3, random, 0.01));

        Assert.Equal((2, 1), (two.Sizes, two.LocalSlopes.Count));
        Assert.NotNull(two.Slope.Interval);
        Assert.Null(Noisy(size => size, 2, random).Slope.Interval);
        Assert.Null(Noisy(Bent, 2, random).Knee);
    }

    [Fact]
    public void A_size_with_too_few_builds_is_left_out()
    {
        BuildCurves curves = BuildCurves.Of(
        [
            .. from build in Enumerable.Range(0, 4) from size in s_sizes select (build, size, size),
            (0, 20_000, 1), (1, 20_000, 1),
        ])!;

        Assert.Equal(s_sizes, curves.Sizes);
        Assert.Equal(4, curves.Rounds.Count);
    }

    [Fact]
    public void A_round_that_lacks_a_size_is_left_out_and_alone_the_fullest_round_counts()
    {
        BuildCurves curves = BuildCurves.Of(
            from build in Enumerable.Range(0, 5)
            from size in s_sizes
            where build != 2 || size != 1_000
            select (build, size, size + build))!;
        BuildCurves begun = BuildCurves.Of([(0, 100, 1), (0, 1_000, 2), (0, 5_000, 3), (1, 100, 1)])!;

        Assert.Equal([0, 1, 3, 4], curves.Rounds.Select(round => round[0] - 100));
        Assert.Equal([100, 1_000, 5_000], begun.Sizes);
        Assert.Equal([1.0, 2, 3], Assert.Single(begun.Rounds));
        Assert.Null(BuildCurves.Of([(0, 100, 1), (1, 100, 1)]));
        Assert.Null(BuildCurves.Of([]));
    }

    [Fact]
    public void A_curve_stays_above_a_level_from_where_its_last_rise_crosses_it()
    {
        BuildCurves curves = Exactly(size => 15 * size);
        BuildCurves wave = BuildCurves.Of(
            from build in Enumerable.Range(0, 3)
            from point in new[] { (Size: 1.0, Value: 5.0), (2, 20), (3, 0), (4, 10) }
            select (build, point.Size, point.Value + 0.001 * build))!;

        Assert.Equal(10_000 / 15.0, curves.StaysAbove(10_000)!.Value, 1e-6);
        Assert.Equal(4, curves.StaysAbove(10_000)!.Builds);
        Assert.Equal(3.8, wave.StaysAbove(8)!.Value, 0.001);
        Assert.Null(curves.StaysAbove(1e9));
        Assert.Equal(new Estimate(100, null, 4), curves.StaysAbove(100));
    }

    [Fact]
    public void Where_a_curve_crosses_is_covered_as_often_as_stated()
    {
        double covered = Simulation.Share(
            random => Simulation.Curves(size => 15 * size, s_sizes, 4, random, 0.05)
                .StaysAbove(75_000)!.Interval?.Contains(5_000) ?? true,
            2_000);

        output.WriteLine($"{covered:P1}");
        Assert.InRange(covered, 0.92, 0.98);
    }

    [Fact]
    public void Where_one_round_does_not_cross_there_is_no_interval()
    {
        BuildCurves curves = BuildCurves.Of(
            from build in Enumerable.Range(0, 3)
            from size in s_sizes
            select (build, size, size * (build == 0 ? 0.9 : 1.2)))!;

        Estimate at = curves.StaysAbove(10_000)!;

        Assert.Equal(10_000 / 1.1, at.Value, 1);
        Assert.Null(at.Interval);
    }

    private static double Bent(double size) => 2_000 + 15.7 * size + 8.3 * Math.Max(0, size - 5_000);

    private static LinearGrowth Noisy(Func<double, double> latency, int builds, Random random) =>
        LinearGrowth.Of(Simulation.Curves(latency, s_sizes, builds, random, 0.045));

    private static BuildCurves Exactly(Func<double, double> latency) =>
        Simulation.Curves(latency, s_sizes, 4, new Random(1), 0);
}
