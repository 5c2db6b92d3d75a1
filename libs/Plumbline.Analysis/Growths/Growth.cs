namespace Plumbline.Analysis.Growths;

/// <summary>What a model of latency against Services says.</summary>
public enum GrowthVerdict
{
    /// <summary>The number of Services does not matter, as far as these trials can show.</summary>
    Constant,

    /// <summary>Each further Service costs the same.</summary>
    Linear,

    /// <summary>It grows, but a straight line does not describe it.</summary>
    NotLinear,

    /// <summary>Too few numbers of Services, too few trials, or too much noise for a verdict.</summary>
    Unclear,
}

/// <summary>How a latency grows with the number of Services.</summary>
public sealed record Growth
{
    /// <summary>Without Services.</summary>
    public required Cell Cell { get; init; }

    public required Stage Stage { get; init; }

    public required GrowthVerdict Verdict { get; init; }

    /// <summary>Slope of the straight line, in ns for each further Service.</summary>
    public required Estimate SlopeNsPerService { get; init; }

    /// <summary>Where the straight line meets 0 Services, in ns.</summary>
    public required double InterceptNs { get; init; }

    /// <summary>
    /// How much better the straight line describes the trials than a constant: difference of AICc, positive for the
    /// line.
    /// </summary>
    public required double LinearOverConstant { get; init; }

    /// <summary>Fewest and most Services that it was measured at. The verdict does not hold beyond.</summary>
    public required int FewestServices { get; init; }

    public required int MostServices { get; init; }

    /// <summary>
    /// The verdict with its evidence, as <c>iptables-nft last: linear, 15.4 ns per Service [15.1, 15.8]</c>.
    /// </summary>
    public required string Words { get; init; }
}
