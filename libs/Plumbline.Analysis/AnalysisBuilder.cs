using Plumbline.Analysis.Growths;

namespace Plumbline.Analysis;

/// <summary>Analyses an experiment's trials. Only resampling is random, and the experiment's seed decides it.</summary>
internal static class AnalysisBuilder
{
    public static ExperimentAnalysis Build(ExperimentResults results, double budgetNs)
    {
        int seed = unchecked((int)results.Summary.Spec.Seed);
        TrialFigures figures = TrialFigures.Of(results, Headlines.Drawn);
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
