using Plumbline.Statistics;

namespace Plumbline.Analysis;

/// <summary>A statistic of one trial, at a speed of the machine.</summary>
/// <param name="Ns">If it slows down as control packets do.</param>
/// <param name="Slowness">Logarithm of how many times as long control packets took as at that speed.</param>
/// <param name="PacketError">See <see cref="Analysis.PacketError"/>.</param>
internal readonly record struct TrialAtSpeed(int Build, double Ns, double Slowness, double PacketError)
{
    /// <summary>The builds of a cell at that speed, with the power by which these trials slowed down.</summary>
    public static BuildTrials BuildsOf(IReadOnlyList<TrialAtSpeed> trials)
    {
        double packets = trials.Average(trial => trial.PacketError * trial.PacketError);
        SpeedPower power = trials.All(trial => trial.Ns > 0)
            ? SpeedPower.Of(
                [
                    .. from trial in trials
                       group trial by trial.Build into build
                       select (build.Average(trial => trial.Slowness), build.Average(trial => Math.Log(trial.Ns))),
                ],
                packets)
            : new SpeedPower(0, SpeedPower.PriorError);
        double slowness = Math.Abs(trials.Average(trial => trial.Slowness));
        BuildTrials byPower = BuildTrials.Of(trials.Select(trial =>
            (trial.Build, trial.Ns * Math.Exp(-power.Excess * trial.Slowness))));
        return BuildTrials.Of(trials.Select(trial => (trial.Build, trial.Ns))) with
        {
            ByPower = [.. byPower.Medians],
            SpeedError = power.Error * slowness,
            PairedSpeedError = SpeedPower.PriorError * slowness,
            PacketVariance = packets / trials.Count,
        };
    }
}
