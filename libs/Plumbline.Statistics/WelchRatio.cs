namespace Plumbline.Statistics;

/// <summary>How many times one sample's positive quantity is another's: Welch's method on the log scale.</summary>
public sealed class WelchRatio
{
    private readonly Welch _logs;

    private WelchRatio(SampleMean from, SampleMean to)
    {
        (From, To) = (from.Exp().Mean, to.Exp().Mean);
        _logs = Welch.Between(from, to);
        DifferenceOfMeans = Welch.Between(from.Exp(), to.Exp()).Estimate;
        Estimate logs = _logs.Estimate;
        Interval? interval =
            logs.Interval is { } known ? new Interval(Math.Exp(known.Low), Math.Exp(known.High)) : null;
        Ratio = new Estimate(Math.Exp(logs.Value), interval, logs.Builds);
    }

    /// <summary>Geometric mean over builds of what the ratio divides by.</summary>
    public double From { get; }

    public double To { get; }

    /// <summary><see cref="To"/> divided by <see cref="From"/>.</summary>
    public Estimate Ratio { get; }

    /// <summary>
    /// <see cref="To"/> minus <see cref="From"/>. The variances of geometric means are those of the delta method.
    /// </summary>
    public Estimate DifferenceOfMeans { get; }

    /// <param name="from">Of each build; all must be above 0.</param>
    /// <param name="to">Of each build of the other sample.</param>
    public static WelchRatio Of(IReadOnlyList<double> from, IReadOnlyList<double> to) => new(Logs(from), Logs(to));

    /// <param name="from">Mean of the builds' logarithms.</param>
    /// <param name="to">Of the other sample.</param>
    public static WelchRatio Of(SampleMean from, SampleMean to) => new(from, to);

    /// <summary>The one-sided p value of "the ratio is at most this". Null with too few builds.</summary>
    public double? ProbabilityAtMost(double ratio) => _logs.ProbabilityAtMost(Math.Log(ratio));

    private static SampleMean Logs(IReadOnlyList<double> builds) =>
        SampleMean.Of([.. builds.Select(value => Math.Log(value))]);
}
