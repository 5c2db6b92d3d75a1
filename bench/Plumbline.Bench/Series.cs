using MathNet.Numerics.Statistics;
using Plumbline.Analysis;
using Plumbline.Trials;

namespace Plumbline.Bench;

/// <summary>The figures of one tool for one Service, by round.</summary>
internal sealed class Series(string name)
{
    private readonly List<double[]> _rounds = [];

    public string Name => name;

    public int Count => _rounds.Sum(round => round.Length);

    /// <summary>Medians of the rounds, in µs.</summary>
    public IReadOnlyList<double> Medians => [.. _rounds.Select(round => Quantile(round, 0.5))];

    /// <summary>Median of the rounds' medians, in µs. One disturbed round does not move it.</summary>
    public double MedianUs => Medians.Median();

    public void Add(IEnumerable<long> roundNs) => _rounds.Add([.. roundNs.Select(ns => ns / 1e3).Order()]);

    /// <summary>A quantile of all values, in µs.</summary>
    public double QuantileUs(double quantile) => Quantile([.. _rounds.SelectMany(round => round).Order()], quantile);

    /// <summary>The ranges from the 10th to the 90th percentile do not overlap.</summary>
    public bool IsApartFrom(Series other) =>
        QuantileUs(0.9) < other.QuantileUs(0.1) || other.QuantileUs(0.9) < QuantileUs(0.1);

    private static double Quantile(double[] sorted, double quantile) =>
        SortedArrayStatistics.Quantile(sorted, quantile);
}
