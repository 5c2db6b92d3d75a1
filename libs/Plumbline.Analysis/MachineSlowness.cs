namespace Plumbline.Analysis;

/// <summary>How far the machine was below its full speed.</summary>
/// <param name="Share">Of the trials, in which control packets took more than <see cref="Slow"/> times as long.</param>
/// <param name="Times">How many times as long they took in the slowest twentieth.</param>
public sealed record MachineSlowness(double Share, double Times)
{
    /// <summary>Control packets of two quiet trials differ by less.</summary>
    public const double Slow = 1.1;

    internal const double Most = 0.95;
}
