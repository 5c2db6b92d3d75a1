using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis;

/// <summary>
/// How fast the machine itself was, by control packets, which meet no Service rules. Virtual machines change their
/// speed for seconds or minutes, and then everything takes longer by about the same factor. So figures are stated at
/// the machine's full speed, which the next run will meet too. A trial's times are multiplied by what control packets
/// take at full speed, and divided by what the trial's own took. That is a ratio estimator (Cochran, Sampling
/// Techniques, 1977, chapter 6).
/// </summary>
internal sealed class MachineSpeed
{
    /// <summary>
    /// Full speed is what this share of trials had or exceeded. Measured in ten runs on a virtual machine that is slow
    /// for a tenth to nine tenths of the time: between runs this quantile differs by 1 to 2 %, the median by 20 %.
    /// </summary>
    public const double FastestShare = 0.1;

    private readonly double[] _roundsNs;

    private MachineSpeed(double? fullNs, double[] roundsNs) => (FullNs, _roundsNs) = (fullNs, roundsNs);

    /// <summary>What control packets take at full speed. Null where none were sent.</summary>
    public double? FullNs { get; }

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static MachineSpeed Of(ExperimentResults results)
    {
        IReadOnlyDictionary<int, int> builds = results.Builds();
        (int Build, double Ns)[] known =
        [
            .. from attempt in results.OfOneMachine().AcceptedAttempts()
               let ns = ControlNs(attempt)
               where ns is not null
               select (builds.Of(attempt), ns.Value),
        ];
        if (known.Length == 0)
        {
            return new(null, []);
        }

        double fullNs = known.Select(each => each.Ns).QuantileCustom(FastestShare, QuantileDefinition.R7);
        return new(
            fullNs,
            [.. known.GroupBy(each => each.Build, each => each.Ns).Select(round => round.Median())]);
    }

    /// <summary>What the attempt's times are multiplied by: 1 where it sent no control packets.</summary>
    public double FactorOf(AttemptResult attempt) => FullNs is { } full ? FactorOf(attempt, full) : 1;

    /// <summary>The same, to be at the speed of a machine on which control packets take this long.</summary>
    public static double FactorOf(AttemptResult attempt, double controlNs) =>
        ControlNs(attempt) is { } own ? controlNs / own : 1;

    /// <summary>
    /// How many times as long control packets took there as here, fast and slow minutes together. Null where one has
    /// none.
    /// </summary>
    public Estimate? RatioTo(MachineSpeed other) => _roundsNs.Length == 0 || other._roundsNs.Length == 0
        ? null
        : WelchRatio.Of(_roundsNs, other._roundsNs).Ratio;

    private static double? ControlNs(AttemptResult attempt) => attempt.Conditions.Control?.P50Ns is > 0 and var ns
        ? ns
        : null;
}
