using Plumbline.Contracts;
using Plumbline.DataPlanes;
using Plumbline.Store;

namespace Plumbline.Bench;

/// <summary>
/// A difference that is planted without touching the product. An experiment measures three lists of iptables-nft: one
/// of <see cref="Services"/>, one as good as equal, and one that a packet needs five percent longer for. Its results
/// are read as if these were three data planes at the same number of Services.
/// </summary>
internal static class PlantedSize
{
    public const int Services = 1_000;

    public const int AsGoodAsEqual = 1_001;

    public const int Longer = 1_060;

    public static DataPlane EqualOne => Planes.Nftables;

    public static DataPlane LongerOne => Planes.IptablesLegacy;

    /// <summary>The results with the data planes that they pretend to have.</summary>
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

    private static Cell Relabelled(Cell cell) => cell.Services switch
    {
        AsGoodAsEqual => cell.With(Services).With(EqualOne),
        Longer => cell.With(Services).With(LongerOne),
        _ => cell,
    };
}
