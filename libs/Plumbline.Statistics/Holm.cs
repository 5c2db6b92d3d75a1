namespace Plumbline.Statistics;

/// <summary>
/// Holm's step-down adjustment (Holm 1979). If all p values of a family that are below a level after it count, then the
/// probability that even one of them is wrong is at most that level, whatever the dependence between them.
/// </summary>
public static class Holm
{
    /// <returns>The adjusted p value of each, in the order of the argument.</returns>
    public static IReadOnlyList<double> Adjusted(IReadOnlyList<double> probabilities)
    {
        double[] adjusted = new double[probabilities.Count];
        double least = 0;
        foreach ((int rank, int index) in Enumerable.Range(0, adjusted.Length).OrderBy(at => probabilities[at]).Index())
        {
            least = Math.Max(least, Math.Min(1, (adjusted.Length - rank) * probabilities[index]));
            adjusted[index] = least;
        }

        return adjusted;
    }
}
