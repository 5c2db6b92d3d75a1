using MathNet.Numerics.Statistics;

namespace Plumbline.Statistics;

/// <summary>
/// A sample's median and those of its resamples, drawn once for many statistics. A statistic of several medians
/// combines their resamples by number, so they must be drawn independently: from one <see cref="Random"/>, one after
/// the other.
/// </summary>
public sealed class ResampledMedian
{
    private ResampledMedian(double[] sample, double[] replicates, double[] leavingOneOut) =>
        (Median, Trials, Replicates, LeavingOneOut) = (sample.Median(), sample.Length, replicates, leavingOneOut);

    public double Median { get; }

    /// <summary>Values in the sample.</summary>
    public int Trials { get; }

    /// <summary>
    /// <see cref="Bootstrap.Resamples"/> of them; empty where the sample is smaller than
    /// <see cref="Bootstrap.FewestTrials"/>.
    /// </summary>
    internal double[] Replicates { get; }

    /// <summary>The median without each of the values.</summary>
    internal double[] LeavingOneOut { get; }

    /// <exception cref="ArgumentException">The sample is empty.</exception>
    public static ResampledMedian Of(IReadOnlyList<double> sample, Random random)
    {
        if (sample.Count == 0)
        {
            throw new ArgumentException("an empty sample has no median", nameof(sample));
        }

        double[][] samples = [[.. sample]];
        return sample.Count < Bootstrap.FewestTrials
            ? new ResampledMedian(samples[0], [], [])
            : new ResampledMedian(
                samples[0],
                Resampling.Drawn(samples, MedianOf, random),
                Jackknife.LeavingOneOut(samples, 0, MedianOf));
    }

    private static double MedianOf(double[][] samples) => ArrayStatistics.MedianInplace(samples[0]);
}
