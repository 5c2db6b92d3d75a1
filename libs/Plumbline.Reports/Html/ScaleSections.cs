using Plumbline.Reports.Html.Plots;

namespace Plumbline.Reports.Html;

/// <summary>What the position of a rule changes, and how long programming all rules takes.</summary>
internal static class ScaleSections
{
    public static ReportSection? Position(
        ExperimentResults results, ExperimentAnalysis analysis, HeadlineCells? headline)
    {
        if (headline is null || PositionPlot.Of(results, analysis, headline) is not { } plot)
        {
            return null;
        }

        return new ReportSection("Position of the rule")
        {
            Paragraphs =
            [
                .. from effect in analysis.PositionEffects
                   where effect.Cell.Services == headline.Services && effect.Stage == headline.Stage
                   orderby effect.LastOverFirstNs.Value descending
                   select Words(effect),
            ],
            Charts = ReportChart.Of(plot),
        };
    }

    public static ReportSection? Programming(ExperimentResults results, ExperimentAnalysis analysis)
    {
        IGrouping<Cell, ProgrammedDataPlane>[] programmed =
        [
            .. results.Steps.SelectMany(step => step.DataPlanes)
                .Where(each => !each.Cell.IsBaseline)
                .GroupBy(each => each.Cell)
                .ByRow(each => each.Key),
        ];
        if (programmed.Length == 0)
        {
            return null;
        }

        CellColumns columns = CellColumns.Of(programmed.Select(each => each.Key), Axes.Services);
        return new ReportSection("Programming the rules")
        {
            Paragraphs =
            [
                .. results.Node is null ? Array.Empty<string>() : [NodeText.Programming(results)],
                .. analysis.Programming.Where(each => each.Exponent is not null).Select(Words),
            ],
            Charts = ReportChart.Of(ServicesPlots.Programming(results, analysis)),
            Tables =
            [
                new ReportTable(
                    "Programming the rules, once for each build: mean over builds, [its 95 % interval] below",
                    [.. columns.Titles, "builds", "rules read back", "seconds", ReportColumn.Words("tool")],
                    [
                        .. programmed.Select(each => ReportRow.Of(
                        [
                            .. columns.Texts(each.Key),
                            Figures.Integer(each.Count()),
                            Figures.Range(each.Select(build => build.Rules), rules => Figures.Integer(rules)),
                            Seconds(analysis, each.Key),
                            string.Join(", ", each.Select(build => build.Tool).Distinct()),
                        ])),
                    ]),
            ],
        };
    }

    private static ReportCell Seconds(ExperimentAnalysis analysis, Cell cell) => analysis.Programming
        .Where(each => each.Cell == cell.Column())
        .SelectMany(each => each.Times)
        .FirstOrDefault(each => each.Services == cell.Services) is { Seconds: { } seconds }
            ? new ReportCell(Figures.Seconds(seconds.Value * 1e9), Figures.IntervalSeconds(seconds.Interval))
            : Figures.Unknown;

    private static string Words(PositionEffect effect)
    {
        string plane = CellText.Column(effect.Cell.Column());
        string difference = Figures.Microseconds(effect.LastOverFirstNs);
        return effect.LastOverFirstNs.Interval?.Contains(0) == true
            ? $"{plane}: the builds cannot distinguish the last rule and the first, which differ by {difference} µs."
            : $"{plane}: the last rule costs {difference} µs more than the first.";
    }

    private static string Words(ProgrammingGrowth growth)
    {
        string power = Figures.Ratio(growth.Exponent!.Value, growth.Exponent.Interval);
        string kind = growth.Exponent.Value switch
        {
            < 0.8 => "less than linearly",
            <= 1.2 => "about linearly",
            < 1.8 => "more than linearly",
            <= 2.2 => "about quadratically",
            _ => "more than quadratically",
        };
        return $"{CellText.Column(growth.Cell)}: the time grows {kind}, as Services^{power}, "
            + $"to {Figures.Seconds(growth.Times[^1].Seconds.Value * 1e9)} s at "
            + $"{Figures.Integer(growth.Times[^1].Services)}.";
    }
}
