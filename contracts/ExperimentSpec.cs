using System.Text.Json;
using System.Text.Json.Serialization;

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

    /// <summary>Names of the cluster's nodes to measure on, each by itself; none for a lab experiment.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>
    /// Modes that kube-proxy is switched to, one after the other, when <c>allowProxyReconfiguration</c> is set: <c>iptables</c>,
    /// <c>nftables</c>. Each needs its data plane in <c>dataPlanes</c>: nftables, and of the two iptables the one that the nodes have.
    /// None to measure in the mode that it has.
    /// </summary>
    public IReadOnlyList<string> ProxyModes { get; init; } = [];

    /// <summary>
    /// Whether kube-proxy's mode may be changed in its ConfigMap and its DaemonSet restarted on every node, as <c>proxyModes</c>
    /// needs it; both are as they were at every end.
    /// </summary>
    public bool AllowProxyReconfiguration { get; init; }

    /// <summary>What to measure: <c>one-way</c>, <c>rtt</c>, <c>grpc</c>. Their trials interleave.</summary>
    public IReadOnlyList<string> Measure { get; init; } = ["one-way", "rtt"];

    /// <summary>
    /// How one-way trials time the kernel's work: <c>stage</c> (from tracepoint to tracepoint), <c>function</c> (each call of
    /// ipt_do_table and nft_do_chain), or both, one after the other. Where a kernel has not what the function probe needs,
    /// both goes on with <c>stage</c> and says so.
    /// </summary>
    public IReadOnlyList<string> Timing { get; init; } = ["stage"];

    /// <summary>Numbers of Services to measure at, each 1 … 100,000.</summary>
    public IReadOnlyList<int> Services { get; init; } = [100, 1_000, 5_000, 10_000];

    /// <summary>Positions to measure: <c>first</c>, <c>p25</c>, <c>median</c>, <c>p75</c>, <c>last</c>, <c>random</c>.</summary>
    public IReadOnlyList<string> Positions { get; init; } = ["first", "last", "random"];

    /// <summary>Trials of each cell (data plane × Services × position × probe).</summary>
    public int Trials { get; init; } = 5;

    /// <summary>Measured packets of a one-way trial, or probes of a round-trip trial.</summary>
    public int Packets { get; init; } = 2_000;

    /// <summary>Packets sent before them and not counted.</summary>
    public int WarmupPackets { get; init; } = 200;

    /// <summary>
    /// Packets a second asked of the generator, at most. A cell whose packets take longer than this rate allows is
    /// asked for less, and says so.
    /// </summary>
    public int RatePps { get; init; } = 20_000;

    /// <summary>What sends one-way packets: <c>auto</c> (pktgen where the kernel has it), <c>pktgen</c> or <c>af_packet</c>.</summary>
    public string Generator { get; init; } = "auto";

    /// <summary>Seed of every random choice: order of trials, order of rules, random targets. 0 … 2,147,483,647.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Shape of the nftables rules: <c>1.36</c> or <c>1.35</c>.</summary>
    public string NftablesDialect { get; init; } = "1.36";

    /// <summary>Endpoints of each Service.</summary>
    public int EndpointsPerService { get; init; } = 1;

    /// <summary>
    /// Protocols of the Services' ports, by turns: with one port each, half of the Services have a <c>udp</c> port and half
    /// a <c>tcp</c> port. Each probe measures the Services of its protocol.
    /// </summary>
    public IReadOnlyList<string> Protocols { get; init; } = ["udp", "tcp"];

    /// <summary>Ports, and so rules, of each Service: 1, or 2 for both protocols on each; up to 500 in a cluster, for many rules with few objects.</summary>
    public int PortsPerService { get; init; } = 1;

    /// <summary>Round-trip probes: <c>tcp-syn</c> or <c>udp-echo</c>.</summary>
    public string RttMode { get; init; } = "tcp-syn";

    /// <summary>When the next round-trip probe leaves: <c>open-loop</c> (by the rate) or <c>ping-pong</c>.</summary>
    public string RttPacing { get; init; } = "open-loop";

    /// <summary>Milliseconds after which an answer is late: of a round-trip probe, and ten times as long for a request.</summary>
    public int TimeoutMs { get; init; } = 200;

    /// <summary>Measured gRPC requests of a trial.</summary>
    public int Requests { get; init; } = 100;

    /// <summary>gRPC requests a second.</summary>
    public int Rps { get; init; } = 200;

    /// <summary>Connection of a gRPC request: <c>new</c> (each) or <c>kept-alive</c> (one for all).</summary>
    public string Connection { get; init; } = "new";

    /// <summary>Microseconds for which the endpoint burns CPU in each gRPC request.</summary>
    public int WorkUs { get; init; }

    /// <summary>Whether each latency of round trips and requests is kept, beside the histograms.</summary>
    public bool KeepRaw { get; init; }

    /// <summary>How often a flagged trial is measured before its cell goes on without it.</summary>
    public int MaxAttempts { get; init; } = 3;

    /// <summary>Values of axes that have no property here, by the axis' key: <c>"families": ["ipv4"]</c>.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? Others { get; init; }

    /// <summary>The values asked for of an axis that has no property here; none where the request does not name it.</summary>
    public IEnumerable<string> OtherValues(Axis axis) =>
        Others?.TryGetValue(axis.Key, out JsonElement values) == true && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray().Select(each => each.ToString())
            : [];
}
