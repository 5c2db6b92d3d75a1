using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>The result in plain words, made of measured figures alone.</summary>
internal static class Headline
{
    /// <summary>The positions by how much they tell: the last rule costs most where rules are a list.</summary>
    private static readonly (Position Position, string Words)[] s_positions =
    [
        (Position.Last, "the last rule"),
        (Position.P75, "the rule at three quarters"),
        (Position.Median, "the middle rule"),
        (Position.Random, "a random Service"),
        (Position.P25, "the rule at one quarter"),
        (Position.First, "the first rule"),
    ];

    /// <summary>Sentences; none when nothing was accepted.</summary>
    public static IEnumerable<string> Of(ComparisonTable table, IReadOnlyList<ServicesScaled> steps)
    {
        int[] rows = [.. table.Rows.Where(services => s_positions.Any(each => At(table, services, each.Position).Count > 0))];
        if (rows.Length == 0)
        {
            yield break;
        }

        (int fewest, int most) = (rows[0], rows[^1]);
        foreach ((Position position, string words) in Told(table, most))
        {
            yield return $"At {Figures.Integer(most)} Services a first packet to {words} spent {List(At(table, most, position))} in PREROUTING{Typical(position)}.";
        }

        Position telling = Told(table, most).First().Position;
        string[] growth = [.. Growth(table, fewest, most, telling)];
        if (growth.Length > 0)
        {
            string words = s_positions.First(each => each.Position == telling).Words;
            yield return $"From {Figures.Integer(fewest)} to {Figures.Integer(most)} Services the time to {words} changed by a factor of {Joined(growth)}.";
        }

        if (table.Baseline(Arm.First, Stage.Prerouting)?.P50 is { } baseline)
        {
            yield return $"Without any rule it was {Figures.Microseconds(baseline)} µs.";
        }

        string[] programming = [.. steps.SelectMany(step => step.DataPlanes)
            .Where(each => each.Services == most && each.DataPlane != DataPlane.NoRules)
            .OrderByDescending(each => each.ProgrammingNs)
            .Select((each, index) => $"{Figures.Seconds(each.ProgrammingNs)}{(index == 0 ? " s" : "")} in {each.DataPlane.WireName()}")];
        if (programming.Length > 0)
        {
            yield return $"Programming {Figures.Integer(most)} Services took {Joined(programming)}.";
        }

        string Typical(Position position) => position == Told(table, most).First().Position ? " (median of the trials' p50)" : "";
    }

    /// <summary>The most telling position and, beside it, the first rule.</summary>
    private static IEnumerable<(Position Position, string Words)> Told(ComparisonTable table, int services)
    {
        (Position Position, string Words)[] measured = [.. s_positions.Where(each => At(table, services, each.Position).Count > 0)];
        return measured.Take(1).Concat(measured.Skip(1).Where(each => each.Position == Position.First));
    }

    private static List<(DataPlane DataPlane, AcrossTrials P50)> At(ComparisonTable table, int services, Position position) =>
    [
        .. from cell in table.Cells
           where cell.Services == services && cell.Position == position && cell.Stage == Stage.Prerouting
           let p50 = cell.P50
           where p50 is not null
           orderby p50.MedianNs descending
           select (cell.DataPlane, p50),
    ];

    private static IEnumerable<string> Growth(ComparisonTable table, int fewest, int most, Position position)
    {
        if (fewest == most)
        {
            yield break;
        }

        List<(DataPlane DataPlane, AcrossTrials P50)> before = At(table, fewest, position);
        foreach ((DataPlane dataPlane, AcrossTrials after) in At(table, most, position))
        {
            if (before.FirstOrDefault(each => each.DataPlane == dataPlane).P50 is { MedianNs: > 0 } start)
            {
                yield return $"{Figures.Text(after.MedianNs / start.MedianNs)} in {dataPlane.WireName()}";
            }
        }
    }

    private static string List(IEnumerable<(DataPlane DataPlane, AcrossTrials P50)> cells) => Joined([.. cells.Select((cell, index) =>
        $"{Figures.Microseconds(cell.P50)}{(index == 0 ? " µs" : "")} in {cell.DataPlane.WireName()}")]);

    private static string Joined(string[] parts) =>
        parts.Length < 2 ? string.Concat(parts) : $"{string.Join(", ", parts[..^1])} and {parts[^1]}";
}
