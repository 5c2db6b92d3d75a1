using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>Where a report looks first: the most Services, at the position where rules that are a list cost most.</summary>
/// <param name="Words">The position in words: <c>the last rule</c>.</param>
/// <param name="Stage">What is told of a packet: PREROUTING, or what was measured instead.</param>
internal sealed record HeadlineCells(int FewestServices, int Services, Position Position, string Words, Stage Stage)
{
    private static readonly (Position Position, string Words)[] s_positions =
    [
        (Position.Last, "the last rule"),
        (Position.Random, "a random Service"),
        (Position.P75, "the rule at three quarters"),
        (Position.Median, "the middle rule"),
        (Position.P25, "the rule at one quarter"),
        (Position.First, "the first rule"),
    ];

    /// <summary>How the stage is spoken of: <c>in PREROUTING</c>.</summary>
    public string Where => Stage switch
    {
        Stage.Prerouting => "in PREROUTING",
        Stage.RuleFunctions => "in the rule functions",
        _ => "on its round trip",
    };

    /// <summary>Null when nothing of either was accepted.</summary>
    public static HeadlineCells? Of(ExperimentAnalysis analysis)
    {
        foreach (Stage stage in new[] { Stage.Prerouting, Stage.RuleFunctions, Stage.RoundTrip })
        {
            CellEstimate[] cells = [.. analysis.Cells.Where(cell => cell.Stage == stage && cell.Statistic == Statistic.P50)];
            if (cells.Length > 0)
            {
                int most = cells.Max(cell => cell.Services);
                (Position position, string words) = s_positions.First(each => cells.Any(cell => cell.Services == most && cell.Column.Position == each.Position));
                return new HeadlineCells(cells.Min(cell => cell.Services), most, position, words, stage);
            }
        }

        return null;
    }

    /// <summary>Slowest data plane first.</summary>
    public IEnumerable<CellEstimate> At(ExperimentAnalysis analysis, int services, Position position) => analysis.Cells
        .Where(cell => cell.Services == services && cell.Column.Position == position && cell.Stage == Stage && cell.Statistic == Statistic.P50)
        .OrderByDescending(cell => cell.Ns.Value);
}
