using System.Runtime.CompilerServices;
using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Tests;

/// <summary>
/// A data plane and an axis that only tests have. A test project that compiles this file knows them from its start.
/// </summary>
internal static class TestOnly
{
    public static readonly PaddedPlane Plane = new();

    /// <summary>Rules before those of the Services, which match no packet of a trial.</summary>
    public static readonly Axis Padding = new()
    {
        Name = "padding",
        Key = "paddings",
        Words = "padding",
        Scope = AxisScope.Step,
        IsNumeric = true,
    };

    [ModuleInitializer]
    internal static void Register()
    {
        KnownDataPlanes.Register(Plane);
        Axes.Register(Padding);
    }
}
