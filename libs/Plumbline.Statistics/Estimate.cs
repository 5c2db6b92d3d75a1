namespace Plumbline.Statistics;

/// <summary>A figure and how sure it is.</summary>
/// <param name="Value">The point estimate.</param>
/// <param name="Interval">Null where there are too few trials for one.</param>
/// <param name="Trials">Trials that it rests on; of two samples, those of the smaller one.</param>
public sealed record Estimate(double Value, Interval? Interval, int Trials);

/// <summary>A confidence interval; its level is <see cref="Level"/>.</summary>
public sealed record Interval(double Low, double High)
{
    public const double Level = 0.95;

    public bool Contains(double value) => value >= Low && value <= High;
}
