namespace Plumbline.Analysis.Growths;

/// <summary>How latency depends on the number of Services.</summary>
public enum GrowthVerdict
{
    /// <summary>O(1): the number of Services does not matter, as far as these builds can show.</summary>
    Constant,

    /// <summary>
    /// O(n): each further Service costs time, up to the most measured. How much may change where a list leaves a cache.
    /// </summary>
    Linear,

    /// <summary>Too few numbers of Services, too few builds, too much noise, or a curve of another shape.</summary>
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

    /// <summary>What each further Service costs between two neighbouring numbers of Services.</summary>
    public required IReadOnlyList<GrowthSection> Sections { get; init; }

    /// <summary>Where the line bends; null unless the builds show that it does.</summary>
    public required GrowthKnee? Knee { get; init; }

    /// <summary>Fewest and most Services that it was measured at. The verdict does not hold beyond.</summary>
    public required int FewestServices { get; init; }

    public required int MostServices { get; init; }

    /// <summary>
    /// The verdict with its evidence, as <c>iptables-nft last: O(n), 15.4 ns per Service [15.1, 15.8]</c>.
    /// </summary>
    public required string Words { get; init; }
}

/// <param name="FromServices">The fewer Services.</param>
/// <param name="ToServices">The next number of Services that was measured.</param>
public sealed record GrowthSection(int FromServices, int ToServices, Estimate NsPerService);

/// <param name="Services">One of the measured numbers of Services.</param>
/// <param name="Before">Slope up to it, in ns for each further Service.</param>
/// <param name="Beyond">Slope from there on.</param>
public sealed record GrowthKnee(int Services, Estimate Before, Estimate Beyond);
