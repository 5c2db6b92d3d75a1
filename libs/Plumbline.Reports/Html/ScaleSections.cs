using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>What the place of a rule, and the number of rules to program, do.</summary>
internal static class ScaleSections
{
    public static ReportSection? Position(ExperimentResults results, ExperimentAnalysis analysis, HeadlineCells? telling)
    {
        if (telling is null || PositionPlot.Of(results, analysis, telling) is not { } plot)
        {
            return null;
        }

        return new ReportSection("Position of the rule")
        {
            Paragraphs =
            [
                .. analysis.PositionEffects
                    .Where(effect => effect.Services == telling.Services && effect.Stage == telling.Stage)
                    .OrderByDescending(effect => effect.LastOverFirstNs.Value)
                    .Select(Words),
            ],
            Charts = ReportChart.Of(plot),
        };
    }

    public static ReportSection? Programming(ExperimentResults results, ExperimentAnalysis analysis)
    {
        ReportRow[] rows =
        [
            .. from step in results.Steps
               from each in step.DataPlanes
               where each.DataPlane != DataPlane.NoRules
               orderby each.Services, each.DataPlane
               select new ReportRow(
                   Figures.Integer(each.Services),
                   each.DataPlane.WireName(), Figures.Integer(each.Rules), Figures.Seconds(each.ProgrammingNs), each.Tool),
        ];
        return rows.Length == 0 ? null : new ReportSection("Programming the rules")
        {
            Paragraphs = [.. results.Node is null ? Array.Empty<string>() : [NodeText.Programming(results)], .. analysis.Programming.Where(each => each.Exponent is not null).Select(Words)],
            Charts = ReportChart.Of(ServicesPlots.Programming(results)),
            Tables =
            [
                new ReportTable(
                    "Programming the rules, once for each step",
                    ["Services", ReportColumn.Words("data plane"), "rules read back", "seconds", ReportColumn.Words("tool")],
                    rows),
            ],
        };
    }

    private static string Words(PositionEffect effect) => effect.LastOverFirstNs.Interval?.Contains(0) == true
        ? $"{effect.DataPlane.WireName()}: the last rule and the first cannot be told apart, they differ by {Figures.Microseconds(effect.LastOverFirstNs)} µs."
        : $"{effect.DataPlane.WireName()}: the last rule costs {Figures.Microseconds(effect.LastOverFirstNs)} µs more than the first.";

    private static string Words(ProgrammingGrowth growth)
    {
        string power = growth.Exponent!.Value.ToString("F2", CultureInfo.InvariantCulture);
        string kind = growth.Exponent switch
        {
            < 0.8 => "less than linearly",
            <= 1.2 => "about linearly",
            < 1.8 => "more than linearly",
            <= 2.2 => "about quadratically",
            _ => "more than quadratically",
        };
        return $"{growth.DataPlane.WireName()}: the time grows {kind}, as Services^{power}, to {Figures.Seconds(growth.SecondsAtMost * 1e9)} s at {Figures.Integer(growth.MostServices)}.";
    }
}
