namespace Plumbline.DataPlanes;

/// <summary>How plots and pages show a data plane.</summary>
/// <param name="Color">As <c>#0072b2</c>, from Okabe and Ito's palette.</param>
/// <param name="DarkColor">The same on dark pages.</param>
/// <param name="Dash">Distinguishes lines without colour.</param>
/// <param name="Marker">In plots whose series are data planes.</param>
/// <param name="MarkerSize">Markers that are drawn later are smaller, so that equal figures stay visible.</param>
public sealed record PlaneStyle(
    string Color, string DarkColor, PlaneDash Dash, PlaneMarker Marker, double MarkerSize, bool IsFilled = false);

public enum PlaneDash
{
    Solid,
    Dash,
    Dot,
    DashDot,
}

public enum PlaneMarker
{
    Circle,
    Square,
    Triangle,
    Diamond,
}
