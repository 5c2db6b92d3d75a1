namespace Plumbline.Analysis.Tables;

/// <summary>One statistic across the builds of a cell.</summary>
/// <param name="Builds">Builds with a trial that has the statistic; a trial with too few samples does not.</param>
/// <param name="Trials">Their trials.</param>
/// <param name="Ns">The geometric mean over builds of the median of each build's trials.</param>
/// <param name="MinNs">The smallest trial's.</param>
/// <param name="MaxNs">The largest trial's.</param>
public sealed record AcrossBuilds(int Builds, int Trials, double Ns, double MinNs, double MaxNs)
{
    /// <summary>Null when no trial has the statistic.</summary>
    internal static AcrossBuilds? Of(BuildTrials trials) => trials.Count == 0 ? null : new AcrossBuilds(
        trials.Count, trials.All.Count(), trials.Positive().Value, trials.All.Min(), trials.All.Max());
}
