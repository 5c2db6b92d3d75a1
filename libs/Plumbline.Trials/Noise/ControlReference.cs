using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Trials.Noise;

/// <summary>
/// What control packets usually take in an experiment: the median of its readings so far that were not flagged. Slow
/// minutes that flag nothing count, too: figures are stated at the machine's full speed. A machine that stays far
/// slower is not noisy but another machine: after many flagged readings in a row these are the new reference. The
/// report shows the change by its table of control packets.
/// </summary>
internal sealed class ControlReference
{
    /// <summary>Readings before there is a reference.</summary>
    public const int Fewest = 5;

    /// <summary>Slow readings in a row that make a new reference: those of ten trials that are given up.</summary>
    public const int SlowForGood = 30;

    /// <summary>Share by which one reading may exceed full speed. Two readings at full speed differ by less.</summary>
    private const double MostAboveFastest = 0.15;

    /// <summary>Full speed is the fastest tenth of the readings, as it is for the figures.</summary>
    private const double FastestShare = 0.1;

    private readonly List<double> _quiet = [];
    private readonly List<double> _slow = [];
    private (Guid ExperimentId, int Run) _experiment;
    private double? _lastNs;

    /// <summary>Whether the machine was below its full speed when it was last seen.</summary>
    public bool IsSlow => _quiet.Count >= Fewest
        && _lastNs > (1 + MostAboveFastest) * _quiet.QuantileCustom(FastestShare, QuantileDefinition.R7);

    /// <summary>Null before the experiment has enough readings.</summary>
    public double? NsOf(MeasureTrial trial)
    {
        Begin(trial);
        return _quiet.Count >= Fewest ? _quiet.Median() : null;
    }

    /// <summary>Takes the last reading of a trial, or one of its own, for the machine's present speed.</summary>
    /// <param name="p50Ns">Null when too few packets came through.</param>
    public void See(double? p50Ns) => _lastNs = p50Ns;

    /// <summary>Adds a trial's reading.</summary>
    /// <param name="isNoisy">Whether the trial was flagged as noisy.</param>
    public void Add(MeasureTrial trial, double p50Ns, bool isNoisy)
    {
        Begin(trial);
        if (!isNoisy)
        {
            _quiet.Add(p50Ns);
            _slow.Clear();
            return;
        }

        _slow.Add(p50Ns);
        if (_slow.Count >= SlowForGood)
        {
            _quiet.Clear();
            _quiet.AddRange(_slow);
            _slow.Clear();
        }
    }

    private void Begin(MeasureTrial trial)
    {
        (Guid, int) experiment = (trial.Key.ExperimentId, trial.Run);
        if (_experiment != experiment)
        {
            _experiment = experiment;
            _quiet.Clear();
            _slow.Clear();
            _lastNs = null;
        }
    }
}
