using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// What a person asks for, as written in YAML, on the command line or in a message. Names are strings here, so that
/// the scheduler can refuse a wrong one by name, together with all other wrong fields.
/// Defaults are what <c>plumbline lab</c> runs.
/// </summary>
public sealed record ExperimentSpec
{
    /// <summary>Name for people, up to 100 characters.</summary>
    public string Name { get; init; } = "lab";

    /// <summary>Data planes to compare: <c>iptables-legacy</c>, <c>iptables-nft</c>, <c>nftables</c>.</summary>
    public IReadOnlyList<string> DataPlanes { get; init; } = ["iptables-legacy", "iptables-nft", "nftables"];

    /// <summary>Names of the cluster's nodes to measure on, each by itself. Empty for a lab experiment.</summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>
    /// Modes to switch kube-proxy to, one after the other: <c>iptables</c>, <c>nftables</c>. Needs
    /// <c>allowProxyReconfiguration</c>, and each mode's data plane in <c>dataPlanes</c>: nftables, and the kind of
    /// iptables that the nodes have. Empty to measure in the present mode.
    /// </summary>
    public IReadOnlyList<string> ProxyModes { get; init; } = [];

    /// <summary>
    /// Allows the experiment to change kube-proxy's mode in its ConfigMap and to restart its DaemonSet on every node.
    /// <c>proxyModes</c> needs it. Both are restored at the end, however the experiment ends.
    /// </summary>
    public bool AllowProxyReconfiguration { get; init; }

    /// <summary>What to measure: <c>one-way</c>, <c>rtt</c>, <c>grpc</c>. Their trials take turns.</summary>
    public IReadOnlyList<string> Measure { get; init; } = ["one-way", "rtt"];

    /// <summary>
    /// How to time one-way packets: <c>stage</c> (from tracepoint to tracepoint), <c>function</c> (each call of
    /// ipt_do_table and nft_do_chain), or both, one after the other. With both, a kernel that lacks the function
    /// probe's needs is timed by <c>stage</c> alone, and the results say so.
    /// </summary>
    public IReadOnlyList<string> Timing { get; init; } = ["stage"];

    /// <summary>Numbers of Services to measure at, each 1 … 100,000.</summary>
    public IReadOnlyList<int> Services { get; init; } = [100, 1_000, 5_000, 10_000];

    /// <summary>
    /// Positions to measure: <c>first</c>, <c>p25</c>, <c>median</c>, <c>p75</c>, <c>last</c>, <c>random</c>.
    /// </summary>
    public IReadOnlyList<string> Positions { get; init; } = ["first", "last", "random"];

    /// <summary>
    /// How often each number of Services is built anew: fresh nodes in the lab, another order of the rules, another
    /// moment of the run. Intervals need at least 3.
    /// </summary>
    public int Builds { get; init; } = 4;

    /// <summary>Trials of each cell by each measure in each build.</summary>
    public int Trials { get; init; } = 1;

    /// <summary>Measured packets of a one-way trial, or probe packets of a round-trip trial.</summary>
    public int Packets { get; init; } = 1_000;

    /// <summary>Packets to send before the measured ones. They do not count.</summary>
    public int WarmupPackets { get; init; } = 200;

    /// <summary>
    /// Highest rate of the generator, in packets a second. Where a packet takes longer than the rate allows, the
    /// trial uses a lower rate and records it.
    /// </summary>
    public int RatePps { get; init; } = 20_000;

    /// <summary>
    /// What sends one-way packets: <c>auto</c> (pktgen for UDP where the kernel has it, else AF_PACKET),
    /// <c>pktgen</c> (UDP only) or <c>af_packet</c>.
    /// </summary>
    public string Generator { get; init; } = "auto";

    /// <summary>
    /// Seed of every random choice: order of trials, order of rules, random targets. 0 … 2,147,483,647.
    /// </summary>
    public long Seed { get; init; } = 1;

    /// <summary>Shape of the nftables rules: <c>1.36</c> or <c>1.35</c>.</summary>
    public string NftablesDialect { get; init; } = "1.36";

    /// <summary>Endpoints of each Service.</summary>
    public int EndpointsPerService { get; init; } = 1;

    /// <summary>
    /// Ports of each Service; each port is a rule. Several make many rules with few objects. <c>tcpShare</c> says how
    /// many are TCP.
    /// </summary>
    public int PortsPerService { get; init; } = 1;

    /// <summary>When the next probe packet leaves: <c>open-loop</c> (by the rate) or <c>ping-pong</c>.</summary>
    public string RttPacing { get; init; } = "open-loop";

    /// <summary>Milliseconds until the answer to a probe packet is late. A request has ten times as long.</summary>
    public int TimeoutMs { get; init; } = 200;

    /// <summary>Measured gRPC requests of a trial.</summary>
    public int Requests { get; init; } = 100;

    /// <summary>gRPC requests a second.</summary>
    public int Rps { get; init; } = 200;

    /// <summary>Connection of gRPC requests: <c>new</c> (one for each) or <c>kept-alive</c> (one for all).</summary>
    public string Connection { get; init; } = "new";

    /// <summary>CPU time that the endpoint burns for each gRPC request, in microseconds.</summary>
    public int WorkUs { get; init; }

    /// <summary>Keep each latency of round trips and requests, beside the histograms.</summary>
    public bool KeepRaw { get; init; }

    /// <summary>Attempts at a flagged trial before it is given up.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Values of axes without a property here, by the axis' key: <c>"families": ["ipv4"]</c>.</summary>
    [JsonExtensionData]
    [JsonConverter(typeof(OtherValuesConverter))]
    public IDictionary<string, JsonElement> Others { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The values of an axis that has no property here. Empty when the request does not name it.</summary>
    public IEnumerable<string> OtherValues(Axis axis) =>
        Others.TryGetValue(axis.Key, out JsonElement values) && values.ValueKind == JsonValueKind.Array
            ? values.EnumerateArray().Select(each => each.ToString())
            : [];
}
