namespace Plumbline.Statistics;

/// <summary>How a quantity grows with a size: a straight line, the slopes between sizes, and a bend.</summary>
/// <remarks>
/// Every figure is computed within each build round, so its interval is over builds (<see cref="Replications"/>).
/// Builds differ by a factor, so a value varies like its mean, and each size weighs 1 / mean²: else the largest size
/// alone would decide where the line begins (Carroll and Ruppert 1988, chapter 2). Wrong weights make slopes less
/// precise, but not biased, and the intervals do not depend on them.
/// </remarks>
public sealed record LinearGrowth
{
    /// <summary>Two sizes fit every line.</summary>
    public const int FewestSizes = 3;

    /// <summary>The straight line through the means over builds.</summary>
    public required StraightLine Line { get; init; }

    /// <summary>Of the straight line.</summary>
    public required Estimate Slope { get; init; }

    /// <summary>The value at the largest size minus that at the smallest.</summary>
    public required Estimate Rise { get; init; }

    /// <summary>The slope between each two neighbouring sizes.</summary>
    public required IReadOnlyList<LocalSlope> LocalSlopes { get; init; }

    /// <summary>Where the line bends; null if the builds do not show that it does.</summary>
    public required Knee? Knee { get; init; }

    /// <summary>The mean over builds at the smallest size.</summary>
    public required double Start { get; init; }

    /// <summary>The largest of the sizes' means minus the smallest.</summary>
    public required double Span { get; init; }

    public double Smallest => LocalSlopes[0].From;

    public double Largest => LocalSlopes[^1].To;

    public int Sizes => LocalSlopes.Count + 1;

    public static LinearGrowth Of(BuildCurves curves)
    {
        bool positive = curves.Means.All(mean => mean > 0);
        double[] weights = [.. curves.Means.Select(mean => positive ? 1 / (mean * mean) : 1)];
        return new LinearGrowth
        {
            Line = StraightLine.Fit(curves.Sizes, curves.Means, weights),
            Slope = curves.Mean(round => StraightLine.Fit(curves.Sizes, round, weights).Slope),
            Rise = curves.Mean(round => round[^1] - round[0]),
            LocalSlopes =
            [
                .. from index in Enumerable.Range(0, curves.Sizes.Count - 1)
                   let lower = curves.Sizes[index]
                   let upper = curves.Sizes[index + 1]
                   let slope = curves.Mean(round => (round[index + 1] - round[index]) / (upper - lower))
                   select new LocalSlope(lower, upper, slope),
            ],
            Knee = KneeSearch.Of(curves, weights),
            Start = curves.Means[0],
            Span = curves.Means.Max() - curves.Means.Min(),
        };
    }
}

/// <param name="From">The smaller size.</param>
/// <param name="To">The next measured size.</param>
public sealed record LocalSlope(double From, double To, Estimate Slope);
