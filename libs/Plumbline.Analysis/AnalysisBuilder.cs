using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Makes an analysis of an experiment's trials. Nothing here is random but resampling, and that by the experiment's seed.</summary>
internal static class AnalysisBuilder
{
    /// <summary>Where the Service rules stand, the rules by themselves, and the round trip that they are in.</summary>
    public static readonly Stage[] RuleStages = [Stage.Prerouting, Stage.RuleFunctions, Stage.RoundTrip];

    public static ExperimentAnalysis Build(ExperimentResults results, double budgetNs)
    {
        int seed = unchecked((int)results.Summary.Spec.Seed);
        TrialFigures figures = TrialFigures.Of(results.OfOneMachine());
        MeasuredGrowth[] growths = [.. GrowthAnalysis.Of(figures, seed)];
        return new ExperimentAnalysis
        {
            Cells = [.. CellAnalysis.Cells(figures, seed)],
            Growths = [.. growths.Select(measured => measured.Growth)],
            Differences = [.. CellAnalysis.Differences(figures, seed)],
            PositionEffects = [.. CellAnalysis.PositionEffects(figures, seed)],
            BreakEvens = [.. BreakEvenAnalysis.Of(growths, budgetNs, seed)],
            Drifts = [.. DriftAnalysis.Of(results, seed)],
            Programming = [.. ProgrammingAnalysis.Of(results)],
            Power = [.. CellAnalysis.Power(figures)],
        };
    }
}
