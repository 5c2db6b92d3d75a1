namespace Plumbline.Contracts;

/// <summary>
/// What a person asks for, as written in YAML, on the command line or in a message. Names are strings here so that a
/// wrong one is refused by name, together with every other wrong field, rather than failing to parse.
/// Every property has the default that <c>plumbline lab</c> runs.
/// </summary>
public sealed record ExperimentSpec
{
    /// <summary>A name for people; up to 100 characters.</summary>
    public string Name { get; init; } = "lab";

    /// <summary>Data planes to compare: <c>iptables-legacy</c>, <c>iptables-nft</c>, <c>nftables</c>.</summary>
    public IReadOnlyList<string> DataPlanes { get; init; } = ["iptables-legacy", "iptables-nft", "nftables"];

    /// <summary>Numbers of Services to measure at, each 1 … 100,000.</summary>
    public IReadOnlyList<int> Services { get; init; } = [100, 1_000, 5_000, 10_000];

    /// <summary>Positions to measure: <c>first</c>, <c>p25</c>, <c>median</c>, <c>p75</c>, <c>last</c>, <c>random</c>.</summary>
    public IReadOnlyList<string> Positions { get; init; } = ["first", "last", "random"];

    /// <summary>Trials of each cell (data plane × Services × position).</summary>
    public int Trials { get; init; } = 5;

    /// <summary>Measured packets of a trial.</summary>
    public int Packets { get; init; } = 2_000;

    /// <summary>Packets sent before them and not counted.</summary>
    public int WarmupPackets { get; init; } = 200;

    /// <summary>
    /// Packets a second asked of the generator, at most. A cell whose packets take longer than this rate allows is
    /// asked for less, and says so.
    /// </summary>
    public int RatePps { get; init; } = 20_000;

    /// <summary>Seed of every random choice: order of trials, order of rules, random targets. 0 … 2,147,483,647.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Shape of the nftables rules: <c>1.36</c> or <c>1.35</c>.</summary>
    public string NftablesDialect { get; init; } = "1.36";

    /// <summary>Endpoints of each Service.</summary>
    public int EndpointsPerService { get; init; } = 1;

    /// <summary>Ports of each Service: <c>udp</c>, or <c>udp</c> and <c>tcp</c> (then each Service is two rules).</summary>
    public IReadOnlyList<string> Protocols { get; init; } = ["udp"];

    /// <summary>How often a flagged trial is measured before its cell goes on without it.</summary>
    public int MaxAttempts { get; init; } = 3;
}
