using OxyPlot;
using Plumbline.DataPlanes;

namespace Plumbline.Reports.Html.Plots;

/// <summary>
/// Distinguishes a series from the others, without colour too: the dash is the data plane's, the mark the position's.
/// </summary>
internal sealed record SeriesStyle(OxyColor Color, LineStyle Dash, MarkerType Marker, double MarkerSize, bool Filled)
{
    /// <summary>In plots whose cells have no position, the data plane decides the mark too.</summary>
    public static SeriesStyle Of(Cell column)
    {
        PlaneStyle plane = (KnownDataPlanes.Find(column.DataPlane) ?? KnownDataPlanes.Of(DataPlane.NoRules)).Style;
        (MarkerType marker, bool filled) = column.Position switch
        {
            Position.First => (MarkerType.Circle, false),
            Position.P25 => (MarkerType.Triangle, false),
            Position.Median => (MarkerType.Diamond, false),
            Position.P75 => (MarkerType.Triangle, true),
            Position.Random => (MarkerType.Diamond, true),
            Position.Last => (MarkerType.Square, true),
            _ => (Enum.Parse<MarkerType>(plane.Marker.ToString()), plane.IsFilled),
        };
        LineStyle dash = Enum.Parse<LineStyle>(plane.Dash.ToString());
        return new SeriesStyle(OxyColor.Parse(plane.Color), dash, marker, plane.MarkerSize, filled);
    }
}
