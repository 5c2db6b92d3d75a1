using Plumbline.Contracts;
using Plumbline.Probing.Functions;
using Plumbline.Probing.Stages;

namespace Plumbline.Trials;

/// <summary>Packets that were sent while the function probe was attached beside the stage probe, which proves them.</summary>
/// <param name="Stages">What the stage probe counted of them.</param>
public sealed record FunctionSeries(SendRun Run, double AskedRatePps, StageReading Stages, FunctionReading Functions)
{
    /// <summary>What the function probe adds to a median packet's way, by the same packets without it.</summary>
    public double? AddsNs { get; init; }
}
