using System.Globalization;

namespace Plumbline.Reports.Texts;

/// <summary>What an experiment found, in a few sentences: the beginning of every report for people.</summary>
public static class VerdictText
{
    /// <summary>
    /// How each data plane grows, and from where on two differ by more than the budget. Empty when nothing was
    /// accepted.
    /// </summary>
    public static IReadOnlyList<string> Of(ExperimentAnalysis analysis)
    {
        foreach (Stage stage in Headlines.RuleStages)
        {
            foreach ((Position position, _) in Headlines.Positions)
            {
                Growth[] growths =
                    [.. analysis.Growths.Where(each => each.Stage == stage && each.Cell.Position == position)];
                if (growths.Length > 0)
                {
                    return
                    [
                        .. growths.OrderBy(each => each.Cell).Select(each => each.Words),
                        .. analysis.BreakEvens
                            .Where(each => each.Stage == stage && each.Cell.Position == position)
                            .Select(BreakEven),
                    ];
                }
            }
        }

        return [];
    }

    /// <summary>As <c>iptables-nft costs 10 µs more than nftables from about 656 Services on [640, 670]</c>.</summary>
    public static string BreakEven(BreakEven breakEven)
    {
        string budget = string.Create(CultureInfo.InvariantCulture, $"{breakEven.BudgetNs / 1_000:0.##} µs");
        (string slower, string faster) = (breakEven.Slower.Name, breakEven.Faster.Name);
        if (breakEven.Services is not { } services)
        {
            return $"{slower} stays within {budget} of {faster} over the measured range{Within(breakEven.Cell)}";
        }

        if (breakEven.IsFromFewest)
        {
            return $"{slower} costs {budget} more than {faster} already at {Services(services.Value)} Services, the "
                + $"fewest measured{Within(breakEven.Cell)}";
        }

        string interval = services.Interval is { } known ? $" [{Services(known.Low)}, {Services(known.High)}]" : "";
        return $"{slower} costs {budget} more than {faster} from about {Services(services.Value)} Services "
            + $"on{interval}{Within(breakEven.Cell)}";
    }

    /// <summary>
    /// As <c> (padding 500)</c>: what two data planes have in common beside Services and position. Empty for defaults.
    /// </summary>
    internal static string Within(Cell cell) =>
        CellText.Column(cell.Without(Axes.DataPlane, Axes.Position, Axes.Services)) is { Length: > 0 } common
            ? $" ({common})"
            : "";

    private static string Services(double services) => Figures.Rounded(Math.Clamp(services, 0, 1e15));
}
