using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The verdict: the questions that readers come with, each answered in plain words with its evidence.</summary>
internal sealed class Findings(ExperimentResults results, ComparisonTable table, ExperimentAnalysis analysis, CrossCheck check, HeadlineCells telling)
{
    private string Most => Figures.Integer(telling.Services);

    public IEnumerable<ReportFinding> All()
    {
        ReportFinding[] all =
        [
            new("What a first packet pays", [.. Latencies()]),
            new("How that grows with Services", [.. Growths()]),
            new("How much the data planes differ", [.. Differences()]),
            new($"From where on it matters (a budget of {Figures.Integer((long)ExperimentAnalysis.BudgetNs / 1_000)} µs)", [.. BreakEvens()]),
            new("What programming the rules takes", [.. Programming()]),
            new("Whether two ways of measuring agree", CrossCheckText.Summary(check) is { } summary ? [summary] : []),
        ];
        return all.Where(finding => finding.Answers.Count > 0);
    }

    private IEnumerable<string> Latencies()
    {
        yield return $"At {Most} Services a first packet to {telling.Words} spent {List(telling.Position)} {telling.Where} (median of the trials' p50).";
        if (telling.Position != Position.First && telling.At(analysis, telling.Services, Position.First).Any())
        {
            yield return $"To the first rule it spent {List(Position.First)}.";
        }

        string[] baselines =
        [
            .. from around in table.Surrounded
               let p50 = table.Baseline(Arm.First, telling.Stage, around)?.P50
               where p50 is not null
               select $"{Figures.Microseconds(p50)} µs{(around is { } plane ? $" where kube-proxy's rules were {plane.WireName()}'s" : "")}",
        ];
        if (baselines.Length > 0)
        {
            string without = NodeText.WithoutAny(results);
            yield return $"{char.ToUpperInvariant(without[0])}{without[1..]} it was {string.Join(" and ", baselines)}.";
        }
    }

    private IEnumerable<string> Growths()
    {
        Growth[] growths = [.. analysis.Growths.Where(each => each.Stage == telling.Stage && each.Column.Position == telling.Position).OrderBy(each => each.Column.DataPlane)];
        foreach (Growth growth in growths)
        {
            yield return $"{growth.Words}.";
        }

        if (growths.FirstOrDefault(each => each.Column.DataPlane == DataPlane.Nftables) is { } nftables)
        {
            string range = $"from {Figures.Integer(nftables.FewestServices)} to {Figures.Integer(nftables.MostServices)} Services";
            double wholeRange = nftables.SlopeNsPerService.Value * (nftables.MostServices - nftables.FewestServices);
            yield return nftables.Verdict switch
            {
                GrowthVerdict.Constant => $"So nftables costs the same {range}, as far as these trials can tell.",
                GrowthVerdict.Unclear => "Whether nftables is constant cannot be told from these trials.",
                _ => $"So nftables is not quite constant here: its straight line rises by {Figures.Microseconds(wholeRange)} µs {range}.",
            };
        }
    }

    private IEnumerable<string> Differences()
    {
        foreach (DataPlaneDifference each in analysis.Differences
            .Where(each => each.Services == telling.Services && each.Position == telling.Position && each.Stage == telling.Stage)
            .OrderByDescending(each => each.DifferenceNs.Value))
        {
            (string slower, string faster) = (each.Slower.WireName(), each.Faster.WireName());
            yield return each.IsReal
                ? $"At {Most} Services {slower} takes {Figures.Microseconds(each.DifferenceNs)} µs more than {faster}, {Figures.Ratio(each.Ratio)} times as long."
                : $"At {Most} Services {slower} and {faster} cannot be told apart: they differ by {Figures.Microseconds(each.DifferenceNs)} µs.";
        }
    }

    private IEnumerable<string> BreakEvens() => analysis.BreakEvens
        .Where(each => each.Stage == telling.Stage && each.Position == telling.Position)
        .Select(each => $"{Verdict.Words(each)}.");

    private IEnumerable<string> Programming()
    {
        int most = results.Steps.SelectMany(step => step.DataPlanes).Select(each => each.Services).DefaultIfEmpty().Max();
        string[] times =
        [
            .. results.Steps.SelectMany(step => step.DataPlanes)
                .Where(each => each.Services == most && each.DataPlane != DataPlane.NoRules)
                .OrderByDescending(each => each.ProgrammingNs)
                .Select((each, index) => $"{Figures.Seconds(each.ProgrammingNs)}{(index == 0 ? " s" : "")} in {each.DataPlane.WireName()}"),
        ];
        if (times.Length > 0)
        {
            yield return $"{Figures.Integer(most)} Services took {Joined(times)}.";
        }
    }

    private string List(Position position) => Joined([.. telling.At(analysis, telling.Services, position).Select((cell, index) =>
        $"{Figures.Microseconds(cell.Ns.Value)}{(index == 0 ? " µs" : "")} in {cell.Column.DataPlane.WireName()}")]);

    private static string Joined(string[] parts) =>
        parts.Length < 2 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
