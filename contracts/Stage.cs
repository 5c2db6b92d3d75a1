using System.Text.Json;
using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// A stretch of time that a trial measures: part of a packet's way through the node, of a round trip, or of a request.
/// Each latency belongs to one packet or request.
/// </summary>
/// <param name="Name">Name on the wire, and of the stage's <see cref="NamedHistogram"/>.</param>
/// <param name="Measure">The measure that yields it.</param>
/// <param name="Timing">How one-way packets are timed for it.</param>
[JsonConverter(typeof(NameConverter))]
public sealed record Stage(string Name, Measure Measure, Timing Timing = Timing.Stage) : IComparable<Stage>
{
    /// <summary>netif_receive_skb to fib_table_lookup: conntrack and nat PREROUTING with kube-proxy's rules.</summary>
    public static readonly Stage Prerouting = new("prerouting", Measure.OneWay);

    /// <summary>fib_table_lookup to net_dev_start_xmit: routing, FORWARD, POSTROUTING and neighbour output.</summary>
    public static readonly Stage ForwardPostrouting = new("forward-postrouting", Measure.OneWay);

    /// <summary>netif_receive_skb to net_dev_start_xmit: the whole way through the node.</summary>
    public static readonly Stage Total = new("total", Measure.OneWay);

    /// <summary>The sum of a packet's calls of ipt_do_table and nft_do_chain: rules and nothing else.</summary>
    public static readonly Stage RuleFunctions = new("rule-functions", Measure.OneWay, Timing.Function);

    /// <summary>From the sender's device and back to it, by kernel timestamps (SO_TIMESTAMPING, software).</summary>
    public static readonly Stage RoundTrip = new("round-trip", Measure.RoundTrip);

    /// <summary>The same round trips by the clock of the sending program: with its system calls and pauses.</summary>
    public static readonly Stage RoundTripUserSpace = new("round-trip-user-space", Measure.RoundTrip);

    /// <summary>Application level: opening the TCP connection.</summary>
    public static readonly Stage GrpcConnect = new("grpc-connect", Measure.Grpc);

    /// <summary>Application level: a request on the open connection, without the endpoint's own time.</summary>
    public static readonly Stage GrpcRequest = new("grpc-request", Measure.Grpc);

    /// <summary>Application level: the endpoint's own time, from the request's arrival to the answer.</summary>
    public static readonly Stage GrpcWorker = new("grpc-worker", Measure.Grpc);

    /// <summary>
    /// Application level: from the time the request was due to its answer. A request that waits for its turn counts
    /// as long as its user would wait.
    /// </summary>
    public static readonly Stage GrpcTotal = new("grpc-total", Measure.Grpc);

    /// <summary>In the order of display.</summary>
    public static readonly IReadOnlyList<Stage> All =
    [
        Prerouting, ForwardPostrouting, Total, RuleFunctions, RoundTrip, RoundTripUserSpace,
        GrpcConnect, GrpcRequest, GrpcWorker, GrpcTotal,
    ];

    private int Rank => All.TakeWhile(each => each != this).Count();

    /// <summary>The stage with this name. An unknown one counts as a one-way stage.</summary>
    public static Stage Of(string name) =>
        All.FirstOrDefault(each => each.Name == name) ?? new Stage(name, Measure.OneWay);

    public string WireName() => Name;

    public bool Equals(Stage? other) => other?.Name == Name;

    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Name;

    /// <summary>The order of display, then unknown stages by name.</summary>
    public int CompareTo(Stage? other)
    {
        int byRank = Rank.CompareTo(other?.Rank ?? -1);
        return byRank == 0 ? string.CompareOrdinal(Name, other?.Name) : byRank;
    }

    public static bool operator <(Stage left, Stage right) => left.CompareTo(right) < 0;

    public static bool operator <=(Stage left, Stage right) => left.CompareTo(right) <= 0;

    public static bool operator >(Stage left, Stage right) => left.CompareTo(right) > 0;

    public static bool operator >=(Stage left, Stage right) => left.CompareTo(right) >= 0;

    private sealed class NameConverter : JsonConverter<Stage>
    {
        public override Stage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Of(reader.GetString() ?? throw new JsonException("a stage has a name"));

        public override void Write(Utf8JsonWriter writer, Stage value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.Name);
    }
}
