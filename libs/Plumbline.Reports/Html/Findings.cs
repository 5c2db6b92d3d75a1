using Plumbline.DataPlanes;

namespace Plumbline.Reports.Html;

/// <summary>
/// The verdict: the questions that readers come with, each answered in plain words with its evidence.
/// </summary>
internal sealed class Findings(
    ExperimentResults results,
    ComparisonTable table,
    ExperimentAnalysis analysis,
    CrossCheck check,
    HeadlineCells headline)
{
    private string Most => Figures.Integer(headline.Services);

    public IEnumerable<ReportFinding> All()
    {
        string budget = Figures.Integer((long)ExperimentAnalysis.BudgetNs / 1_000);
        ReportFinding[] all =
        [
            new("What a first packet pays", [.. Latencies()]),
            new("How that grows with Services", [.. Growths()]),
            new("How much the data planes differ", [.. Differences()]),
            new($"From where on it matters (a budget of {budget} µs)", [.. BreakEvens()]),
            new("What programming the rules takes", [.. Programming()]),
            new("Whether two ways of measuring agree", CrossCheckText.Summary(check) is { } summary ? [summary] : []),
        ];
        return all.Where(finding => finding.Answers.Count > 0);
    }

    private IEnumerable<string> Latencies()
    {
        yield return $"At {Most} Services a first packet to {headline.Words} spent {List(headline.Position)} "
            + $"{headline.Where} (p50, mean over builds).";
        if (headline.Position != Position.First && headline.At(analysis, Position.First).Any())
        {
            yield return $"To the first rule it spent {List(Position.First)}.";
        }

        string[] baselines =
        [
            .. from around in table.Surrounded
               let p50 = table.Baseline(Arm.First, headline.Stage, around)?.P50
               where p50 is not null
               select $"{Figures.Microseconds(p50)} µs{Around(around)}",
        ];
        if (baselines.Length > 0)
        {
            string without = NodeText.WithoutAny(results);
            yield return $"{char.ToUpperInvariant(without[0])}{without[1..]} it was {string.Join(" and ", baselines)}.";
        }
    }

    private IEnumerable<string> Growths()
    {
        Growth[] growths =
        [
            .. from each in analysis.Growths
               where each.Stage == headline.Stage && each.Cell.Position == headline.Position
               orderby each.Cell
               select each,
        ];
        return
        [
            .. growths.Select(growth => $"{growth.Words}."),
            .. growths.Where(growth => IsConstantByDesign(growth.Cell.DataPlane)).Select(Constancy),
        ];
    }

    private IEnumerable<string> Differences() =>
        from each in analysis.Differences
        where each.Stage == headline.Stage && headline.IsAt(each.Cell)
        orderby each.DifferenceNs.Value descending
        let difference = Figures.Microseconds(each.DifferenceNs)
        let place = $"At {Most} Services{VerdictText.Within(each.Cell)}"
        select each.IsReal
            ? $"{place} {each.Slower} takes {difference} µs more than {each.Faster}, "
                + $"{Figures.Ratio(each.Ratio)} times as long."
            : $"{place} the builds cannot distinguish {each.Slower} and {each.Faster}: "
                + $"they differ by {difference} µs.";

    private IEnumerable<string> BreakEvens() => analysis.BreakEvens
        .Where(each => each.Stage == headline.Stage && each.Cell.Position == headline.Position)
        .Select(each => $"{VerdictText.BreakEven(each)}.");

    private IEnumerable<string> Programming()
    {
        int most = analysis.Programming.Select(each => each.Times[^1].Services).DefaultIfEmpty().Max();
        string[] times =
        [
            .. analysis.Programming.Where(each => each.Times[^1].Services == most)
                .Select(each => (each.Cell, each.Times[^1].Seconds.Value))
                .OrderByDescending(each => each.Value)
                .Select((each, index) =>
                    $"{Figures.Seconds(each.Value * 1e9)}{Unit(index, "s")} in {CellText.Column(each.Cell)}"),
        ];
        return times.Length == 0 ? [] : [$"{Figures.Integer(most)} Services took {Joined(times)}."];
    }

    private string List(Position position) => Joined([.. headline.At(analysis, position).Select((cell, index) =>
        $"{Figures.Microseconds(cell.Ns.Value)}{Unit(index, "µs")} in "
        + CellText.Column(cell.Cell.Column().Without(Axes.Position)))]);

    private static bool IsConstantByDesign(DataPlane name) => KnownDataPlanes.Find(name)?.IsConstantByDesign == true;

    private static string Constancy(Growth growth)
    {
        DataPlane plane = growth.Cell.DataPlane;
        string range =
            $"from {Figures.Integer(growth.FewestServices)} to {Figures.Integer(growth.MostServices)} Services";
        double rise = growth.SlopeNsPerService.Value * (growth.MostServices - growth.FewestServices);
        return growth.Verdict switch
        {
            GrowthVerdict.Constant => $"So {plane} costs the same {range}, as far as these builds can show.",
            GrowthVerdict.Unclear => $"These builds cannot show whether {plane} is constant.",
            _ => $"So {plane} is not quite constant here: its straight line rises by "
                + $"{Figures.Microseconds(rise)} µs {range}.",
        };
    }

    private static string Around(Cell? around) => around is null ? ""
        : around[Axes.DataPlane] is null ? $" for {BaselineText.Values(around)}"
        : $" where kube-proxy's rules were {BaselineText.Values(around)}'s";

    private static string Unit(int index, string unit) => index == 0 ? $" {unit}" : "";

    private static string Joined(string[] parts) =>
        parts.Length < 2 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
