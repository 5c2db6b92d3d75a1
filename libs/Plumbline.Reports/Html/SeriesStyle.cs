using OxyPlot;
using Plumbline.Contracts;

namespace Plumbline.Results.Html;

/// <summary>
/// How a series is told from the others, without colour too: the dash is the data plane's, the mark the position's. The
/// colours are of Okabe and Ito's palette, which colour-blind readers can tell apart; report.css gives them on dark pages.
/// </summary>
internal sealed record SeriesStyle(OxyColor Color, LineStyle Dash, MarkerType Marker, double MarkerSize, bool Filled)
{
    /// <summary>Of plots whose lines are data planes: then the mark too is the data plane's.</summary>
    public static SeriesStyle Of(DataPlane dataPlane) => Of(dataPlane, Position.None) with
    {
        Marker = dataPlane switch
        {
            DataPlane.IptablesLegacy => MarkerType.Circle,
            DataPlane.IptablesNft => MarkerType.Square,
            DataPlane.Nftables => MarkerType.Triangle,
            _ => MarkerType.Diamond,
        },
        Filled = dataPlane == DataPlane.Nftables,
    };

    public static SeriesStyle Of(DataPlane dataPlane, Position position)
    {
        // Marks that are drawn later are smaller, so that those of equal figures can all be seen.
        (OxyColor color, LineStyle dash, double markerSize) = dataPlane switch
        {
            DataPlane.IptablesLegacy => (OxyColor.FromRgb(0x00, 0x72, 0xb2), LineStyle.Solid, 7),
            DataPlane.IptablesNft => (OxyColor.FromRgb(0xd5, 0x5e, 0x00), LineStyle.Dash, 5.5),
            DataPlane.Nftables => (OxyColor.FromRgb(0x00, 0x7a, 0x5a), LineStyle.Dot, 4),
            _ => (OxyColors.Black, LineStyle.DashDot, 4),
        };
        (MarkerType marker, bool filled) = position switch
        {
            Position.First => (MarkerType.Circle, false),
            Position.P25 => (MarkerType.Triangle, false),
            Position.Median => (MarkerType.Diamond, false),
            Position.P75 => (MarkerType.Triangle, true),
            Position.Random => (MarkerType.Diamond, true),
            Position.Last => (MarkerType.Square, true),
            _ => (MarkerType.Circle, true),
        };
        return new SeriesStyle(color, dash, marker, markerSize, filled);
    }
}
