using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Bench;

/// <summary>
/// A difference that is planted without touching the product: every list has a few more rules, and results are read as
/// if it had not.
/// </summary>
internal static class PlantedSize
{
    public const double Share = 0.05;

    /// <summary>The results with the numbers of Services that they pretend to have.</summary>
    public static ExperimentResults Relabelled(ExperimentResults results) => results with
    {
        Summary = results.Summary with
        {
            Steps = [.. results.Summary.Steps.Select(step => step with { Cell = Relabelled(step.Cell) })],
        },
        Attempts =
        [
            .. results.Attempts.Select(attempt => attempt with
            {
                Trial = attempt.Trial with { Cell = Relabelled(attempt.Trial.Cell) },
            }),
        ],
    };

    private static Cell Relabelled(Cell cell) =>
        cell.Services == 0 ? cell : cell.With((int)Math.Round(cell.Services / (1 + Share)));
}
