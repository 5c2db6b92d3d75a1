using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What an experiment found, in a few sentences: the beginning of every report for people.</summary>
public static class Verdict
{
    /// <summary>The positions by how much they tell: the last rule costs most where rules are a list, a random one is what traffic meets.</summary>
    private static readonly Position[] s_positions =
        [Position.Last, Position.Random, Position.P75, Position.Median, Position.P25, Position.First];

    /// <summary>The stages by how much of a packet's way they tell of what the rules cost.</summary>
    private static readonly Stage[] s_stages = [Stage.Prerouting, Stage.RuleFunctions, Stage.RoundTrip];

    /// <summary>How each data plane grows, and from where on two differ by more than the budget; empty when nothing was accepted.</summary>
    public static IReadOnlyList<string> Of(ExperimentAnalysis analysis)
    {
        foreach (Stage stage in s_stages)
        {
            foreach (Position position in s_positions)
            {
                Growth[] growths = [.. analysis.Growths.Where(each => each.Stage == stage && each.Column.Position == position)];
                if (growths.Length > 0)
                {
                    IEnumerable<BreakEven> breakEvens = analysis.BreakEvens.Where(each => each.Stage == stage && each.Position == position);
                    return [.. growths.OrderBy(each => each.Column.DataPlane).Select(each => each.Words), .. breakEvens.Select(Words)];
                }
            }
        }

        return [];
    }

    /// <summary>As <c>iptables-nft costs 10 µs more than nftables from about 656 Services on [640, 670]</c>.</summary>
    public static string Words(BreakEven breakEven)
    {
        string budget = string.Create(CultureInfo.InvariantCulture, $"{breakEven.BudgetNs / 1_000:0.##} µs");
        (string slower, string faster) = (breakEven.Slower.WireName(), breakEven.Faster.WireName());
        if (breakEven.Services is not { } services)
        {
            return $"{slower} stays within {budget} of {faster} as far as was measured";
        }

        string interval = breakEven.Interval is { } known ? $" [{Services(known.Low)}, {Services(known.High)}]" : "";
        string beyond = breakEven.IsExtrapolated ? ", beyond what was measured" : "";
        return $"{slower} costs {budget} more than {faster} from about {Services(services)} Services on{interval}{beyond}";
    }

    private static string Services(double services) => Figures.Integer((long)Math.Round(Math.Clamp(services, 0, 1e15)));
}
