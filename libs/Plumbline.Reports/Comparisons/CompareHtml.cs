using Plumbline.Reports.Html;

namespace Plumbline.Reports.Comparisons;

/// <summary>
/// A comparison of two experiments for people, by the report's template. It refers to nothing outside itself and runs
/// no script.
/// </summary>
public static class CompareHtml
{
    public static void Write(
        ExperimentComparison comparison, IReadOnlyList<Threshold> thresholds, TextWriter writer) =>
        HtmlReport.Write(ComparePage.Build(comparison, thresholds), writer);
}
