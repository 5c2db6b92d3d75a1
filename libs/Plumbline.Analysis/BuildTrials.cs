using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis;

/// <summary>A figure of a cell's accepted trials, build by build.</summary>
internal sealed record BuildTrials
{
    /// <summary>
    /// Standard deviation of what differs between two runs of one plan and is in no build, as a share of a figure: the
    /// machine's memory and its full speed. Measured in ten runs one after the other.
    /// </summary>
    public const double RunError = 0.025;

    private readonly SortedDictionary<int, double[]> _trials;

    private BuildTrials(SortedDictionary<int, double[]> trials) => _trials = trials;

    /// <summary>
    /// The figure of each build at full speed by the power with which this cell slows down. Null where that is 1. For
    /// figures of the cell by itself. Each cell's own power would only add its error to what a round pairs.
    /// </summary>
    public IReadOnlyList<(int Build, double Value)>? ByPower { get; init; }

    /// <summary>
    /// Standard deviation of the error that builds share because the machine was slow, as a share of the figure.
    /// </summary>
    public double SpeedError { get; init; }

    /// <summary>The same for what a round pairs, as a share of a difference.</summary>
    public double PairedSpeedError { get; init; }

    /// <summary>
    /// Variance of the logarithm of the mean over builds that the trials' numbers of packets alone would give
    /// (<see cref="PacketError"/>). Builds that agree by chance are no more certain than that.
    /// </summary>
    public double PacketVariance { get; init; }

    /// <summary>Builds that have a trial.</summary>
    public int Count => _trials.Count;

    public IEnumerable<double> All => _trials.Values.SelectMany(trials => trials);

    /// <summary>
    /// The figure of each build, if the cell slows down as control packets do: the median of its trials.
    /// </summary>
    public IEnumerable<(int Build, double Value)> Medians =>
        _trials.Select(build => (build.Key, build.Value.Median()));

    /// <summary>The figure of each build by itself.</summary>
    public IEnumerable<(int Build, double Value)> Own => ByPower ?? Medians;

    /// <summary>What no number of builds makes smaller.</summary>
    public double SharedError => Math.Sqrt(SpeedError * SpeedError + RunError * RunError);

    /// <summary>The mean of the builds' logarithms. All figures must be above 0.</summary>
    public SampleMean Logs => SampleMean.Of([.. Own.Select(build => Math.Log(build.Value))])
        .WithErrors(PacketVariance, SharedError);

    /// <param name="trials">The index of each trial's build, and its figure.</param>
    public static BuildTrials Of(IEnumerable<(int Build, double Value)> trials) =>
        new(new SortedDictionary<int, double[]>(trials
            .GroupBy(trial => trial.Build, trial => trial.Value)
            .ToDictionary(build => build.Key, build => build.ToArray())));

    /// <summary>A positive figure of the cell, with its interval over builds.</summary>
    public Estimate Positive() =>
        Replications.GeometricMean([.. Own.Select(build => build.Value)], SharedError, PacketVariance);

    public VarianceComponents? Components() => VarianceComponents.Of(_trials.Values);

    /// <summary>The builds that both have, in which their figures can be set side by side.</summary>
    public IReadOnlyList<(double One, double Other)> PairedWith(BuildTrials other) =>
    [
        .. Medians.Join(
            other.Medians, one => one.Build, each => each.Build, (one, each) => (one.Value, each.Value)),
    ];
}
