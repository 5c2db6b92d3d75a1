using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis;

/// <summary>
/// How fast the machine itself was, by control packets, which meet no Service rules. Virtual machines change their
/// speed for seconds or minutes, and then everything takes longer by about the same factor. So figures are stated at
/// the experiment's usual speed: each trial's times are multiplied by what control packets usually take and divided by
/// what the trial's own took (a ratio estimator; Cochran, Sampling Techniques, 1977, chapter 6).
/// </summary>
internal sealed class MachineSpeed
{
    private readonly BuildTrials _builds;

    private MachineSpeed(double? usualNs, BuildTrials builds) => (UsualNs, _builds) = (usualNs, builds);

    /// <summary>Median p50 of the control packets of all accepted trials. Null where none sent any.</summary>
    public double? UsualNs { get; }

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static MachineSpeed Of(ExperimentResults results)
    {
        IReadOnlyDictionary<int, int> builds = results.Builds();
        AttemptResult[] known =
            [.. results.OfOneMachine().AcceptedAttempts().Where(attempt => ControlNs(attempt) is not null)];
        return new(
            known.Length == 0 ? null : known.Select(attempt => ControlNs(attempt)!.Value).Median(),
            BuildTrials.Of(
                from attempt in known
                where !attempt.Trial.Cell.IsBaseline
                select (builds.Of(attempt), ControlNs(attempt)!.Value)));
    }

    /// <summary>What the attempt's times are multiplied by: 1 where it sent no control packets.</summary>
    public double FactorOf(AttemptResult attempt) =>
        UsualNs is { } usual && ControlNs(attempt) is { } own ? usual / own : 1;

    /// <summary>How many times as long control packets took there as here. Null where one has none.</summary>
    public Estimate? RatioTo(MachineSpeed other) => _builds.Count == 0 || other._builds.Count == 0
        ? null
        : WelchRatio.Of([.. Values(_builds)], [.. Values(other._builds)]).Ratio;

    private static double? ControlNs(AttemptResult attempt) => attempt.Conditions.Control?.P50Ns is > 0 and var ns
        ? ns
        : null;

    private static IEnumerable<double> Values(BuildTrials trials) => trials.Medians.Select(build => build.Value);
}
