using MathNet.Numerics.Distributions;

namespace Plumbline.Statistics;

/// <summary>Trials grouped by size, ascending, with the sums that least squares needs.</summary>
internal sealed class GrowthSample
{
    private GrowthSample(double[] sizes, double[][] values, bool isEnough)
    {
        (Sizes, Values, IsEnough) = (sizes, values, isEnough);
        Means = [.. values.Select(each => each.Average())];
        bool positive = Means.All(mean => mean > 0);
        Weights = [.. values.Select((each, index) => each.Length / (positive ? Means[index] : 1))];
    }

    public double[] Sizes { get; }

    public double[][] Values { get; }

    public double[] Means { get; }

    /// <summary>The weight of each size's mean: the sum of its trials' weights.</summary>
    public double[] Weights { get; }

    /// <summary>Whether enough sizes have enough trials for an interval.</summary>
    public bool IsEnough { get; }

    public int Trials => Values.Sum(each => each.Length);

    /// <summary>A weighted sum of squares up to this is only rounding.</summary>
    public double Rounding => Math.Max(1e-24 * SumOfSquares(_ => 0), double.Epsilon);

    public static GrowthSample Of(IEnumerable<(double Size, double Value)> trials)
    {
        (double Size, double[] Values)[] all =
        [
            .. trials
                .GroupBy(trial => trial.Size, trial => trial.Value)
                .OrderBy(size => size.Key)
                .Select(size => (size.Key, size.ToArray())),
        ];
        (double Size, double[] Values)[] full = [.. all.Where(size => size.Values.Length >= Bootstrap.FewestTrials)];
        bool isEnough = full.Length >= LinearGrowth.FewestSizes;
        (double Size, double[] Values)[] used = isEnough ? full : all;
        return new GrowthSample([.. used.Select(size => size.Size)], [.. used.Select(size => size.Values)], isEnough);
    }

    public StraightLine.Solver Solver() => StraightLine.Solver.Of(Sizes, Weights);

    /// <summary>
    /// The trials, moved away from their size's mean; the remarks of <see cref="LinearGrowth"/> say why.
    /// </summary>
    public double[][] Stretched()
    {
        int freedom = Trials - Sizes.Length;
        double tail = (1 + Interval.Level) / 2;
        double student = freedom > 0 ? StudentT.InvCDF(0, 1, freedom, tail) / Normal.InvCDF(0, 1, tail) : 1;
        return
        [
            .. Values.Select((each, index) =>
            {
                double stretch = each.Length > 1 ? student * Math.Sqrt(each.Length / (each.Length - 1.0)) : 1;
                return each.Select(value => Means[index] + stretch * (value - Means[index])).ToArray();
            }),
        ];
    }

    public double WeightedMean() => Means.Select((mean, index) => Weights[index] * mean).Sum() / Weights.Sum();

    public double SumOfSquares(Func<double, double> model) =>
        Sum((size, _, value) => Math.Pow(value - model(Sizes[size]), 2));

    public double PureError() => Sum((_, mean, value) => Math.Pow(value - mean, 2));

    private double Sum(Func<int, double, double, double> term) => Values.Select((each, index) =>
        Weights[index] / each.Length * each.Sum(value => term(index, Means[index], value))).Sum();
}
