namespace Plumbline.Statistics;

/// <summary>A figure and its uncertainty.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Interval">Null with fewer builds than <see cref="Replications.FewestBuilds"/>.</param>
/// <param name="Builds">Number of builds in the sample; for two samples, in the smaller one.</param>
public sealed record Estimate(double Value, Interval? Interval, int Builds)
{
    /// <summary>Whether there is an interval and the value is outside it.</summary>
    public bool Excludes(double value) => Interval?.Contains(value) == false;
}

/// <summary>A confidence interval at level <see cref="Level"/>.</summary>
public sealed record Interval(double Low, double High)
{
    public const double Level = 0.95;

    public bool Contains(double value) => value >= Low && value <= High;
}
