namespace Plumbline.Reports.Html;

/// <summary>Where a report looks first: the most Services, at the most informative position.</summary>
/// <param name="Words">The position in words: <c>the last rule</c>.</param>
/// <param name="Stage">The first of <see cref="Headlines.RuleStages"/> that was measured.</param>
internal sealed record HeadlineCells(int Services, Position Position, string Words, Stage Stage)
{
    /// <summary>The stage in a sentence: <c>in PREROUTING</c>.</summary>
    public string Where => Stage.Name switch
    {
        "prerouting" => "in PREROUTING",
        "rule-functions" => "in the rule functions",
        _ => "on its round trip",
    };

    /// <summary>Null when no rule stage has accepted trials.</summary>
    public static HeadlineCells? Of(ExperimentAnalysis analysis)
    {
        foreach (Stage stage in Headlines.RuleStages)
        {
            Cell[] cells =
            [
                .. from each in analysis.Cells
                   where each.Stage == stage && each.Statistic == Statistic.P50
                   select each.Cell,
            ];
            if (cells.Length > 0)
            {
                int most = cells.Max(cell => cell.Services);
                Position[] measured = [.. cells.Where(cell => cell.Services == most).Select(cell => cell.Position)];
                (Position position, string words) =
                    Headlines.Positions.First(each => measured.Contains(each.Position));
                return new HeadlineCells(most, position, words, stage);
            }
        }

        return null;
    }

    /// <summary>The cells at a position, slowest first.</summary>
    public IEnumerable<CellEstimate> At(ExperimentAnalysis analysis, Position position) =>
        from each in analysis.Cells
        where each.Stage == Stage && each.Statistic == Statistic.P50
        where each.Cell.Services == Services && each.Cell.Position == position
        orderby each.Ns.Value descending
        select each;

    public bool IsAt(Cell cell) => cell.Services == Services && cell.Position == Position;
}
