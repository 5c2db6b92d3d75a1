using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis.Tables;

/// <summary>One statistic across the trials of a cell.</summary>
/// <param name="Trials">Trials that have the statistic; a trial with too few samples does not.</param>
/// <param name="MedianNs">Median across those trials.</param>
/// <param name="MinNs">The smallest trial's.</param>
/// <param name="MaxNs">The largest trial's.</param>
public sealed record AcrossTrials(int Trials, double MedianNs, double MinNs, double MaxNs)
{
    /// <summary>Null when no trial has the statistic.</summary>
    public static AcrossTrials? Of(IEnumerable<double?> valuesNs)
    {
        double[] known = [.. valuesNs.OfType<double>()];
        return known.Length == 0 ? null : new AcrossTrials(known.Length, known.Median(), known.Min(), known.Max());
    }
}
