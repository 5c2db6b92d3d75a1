using Plumbline.Analysis.Growths;

namespace Plumbline.Analysis;

/// <summary>Analyses an experiment's trials.</summary>
internal static class AnalysisBuilder
{
    public static ExperimentAnalysis Build(ExperimentResults results, double budgetNs)
    {
        TrialFigures figures = TrialFigures.Of(results, Headlines.Drawn);
        MeasuredGrowth[] growths = [.. GrowthAnalysis.Of(figures)];
        return new ExperimentAnalysis
        {
            Cells = [.. CellAnalysis.Cells(figures)],
            Growths = [.. growths.Select(measured => measured.Growth)],
            Differences = [.. CellAnalysis.Differences(figures)],
            PositionEffects = [.. CellAnalysis.PositionEffects(figures)],
            BreakEvens = [.. BreakEvenAnalysis.Of(growths, budgetNs)],
            Drifts = [.. DriftAnalysis.Of(results)],
            Programming = [.. ProgrammingAnalysis.Of(results)],
            Power = [.. CellAnalysis.Power(figures)],
        };
    }
}
