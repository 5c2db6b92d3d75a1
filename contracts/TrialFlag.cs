using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>
/// Why a trial cannot be trusted. Flagged trials are kept, shown and repeated. No average contains them.
/// </summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialFlag>))]
public enum TrialFlag
{
    /// <summary>Packets met an existing conntrack entry, so they skipped the nat chains.</summary>
    [JsonStringEnumMemberName("not-first-packets")]
    NotFirstPackets,

    /// <summary>Packets left the node without translation to an endpoint.</summary>
    [JsonStringEnumMemberName("not-translated")]
    NotTranslated,

    /// <summary>The node dropped packets or never sent them on, or answers did not come in time.</summary>
    [JsonStringEnumMemberName("packets-lost")]
    PacketsLost,

    /// <summary>More packets were measured than sent: something else uses the ingress device.</summary>
    [JsonStringEnumMemberName("stray-packets")]
    StrayPackets,

    /// <summary>
    /// The rules changed during the trial, or kube-proxy rewrote them, or they are not those that the step programmed.
    /// </summary>
    [JsonStringEnumMemberName("rules-moved")]
    RulesMoved,

    /// <summary>Probe packets left later than the time between two, or requests did not keep their rate.</summary>
    [JsonStringEnumMemberName("generator-behind")]
    GeneratorBehind,

    /// <summary>The conntrack table has no room for the trial's flows.</summary>
    [JsonStringEnumMemberName("conntrack-full")]
    ConntrackFull,

    /// <summary>Latencies were above the histogram's range.</summary>
    [JsonStringEnumMemberName("histogram-overflow")]
    HistogramOverflow,

    /// <summary>A probe packet got more than one answer.</summary>
    [JsonStringEnumMemberName("duplicate-answers")]
    DuplicateAnswers,

    /// <summary>Answers have no plausible kernel timestamps.</summary>
    [JsonStringEnumMemberName("untimed-answers")]
    UntimedAnswers,

    /// <summary>Requests failed.</summary>
    [JsonStringEnumMemberName("requests-failed")]
    RequestsFailed,

    /// <summary>The function probe missed calls: it saw no return, or had no room for them.</summary>
    [JsonStringEnumMemberName("function-calls-lost")]
    FunctionCallsLost,

    /// <summary>Packets left the node without a routing lookup, so their stages have no boundary.</summary>
    [JsonStringEnumMemberName("no-route-lookup")]
    NoRouteLookup,

    /// <summary>Other work slowed the machine down: control packets were slow, or the sender had to wait.</summary>
    [JsonStringEnumMemberName("machine-noisy")]
    MachineNoisy,
}
