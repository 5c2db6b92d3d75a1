using System.Text.Json.Serialization;

namespace Plumbline.Contracts;

/// <summary>Why a trial cannot be trusted. A flagged trial is kept, shown, repeated, and never averaged in.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TrialFlag>))]
public enum TrialFlag
{
    /// <summary>Packets met an existing conntrack entry, so they skipped the nat chains.</summary>
    [JsonStringEnumMemberName("not-first-packets")]
    NotFirstPackets,

    /// <summary>Packets left the node without having been translated to an endpoint.</summary>
    [JsonStringEnumMemberName("not-translated")]
    NotTranslated,

    /// <summary>Packets were dropped or never came out of the node; probes or requests were not answered in time.</summary>
    [JsonStringEnumMemberName("packets-lost")]
    PacketsLost,

    /// <summary>More packets were measured than sent: something else uses the ingress device.</summary>
    [JsonStringEnumMemberName("stray-packets")]
    StrayPackets,

    /// <summary>The target's rule, or the number of rules, changed while it was measured, or kube-proxy wrote its rules anew.</summary>
    [JsonStringEnumMemberName("rules-moved")]
    RulesMoved,

    /// <summary>The generator did not keep the rate asked of it.</summary>
    [JsonStringEnumMemberName("generator-behind")]
    GeneratorBehind,

    /// <summary>The conntrack table has no room for the trial's flows.</summary>
    [JsonStringEnumMemberName("conntrack-full")]
    ConntrackFull,

    /// <summary>Latencies above the histogram's range were counted apart.</summary>
    [JsonStringEnumMemberName("histogram-overflow")]
    HistogramOverflow,

    /// <summary>Probes were answered more than once.</summary>
    [JsonStringEnumMemberName("duplicate-answers")]
    DuplicateAnswers,

    /// <summary>Answers have no kernel timestamps that can be believed.</summary>
    [JsonStringEnumMemberName("untimed-answers")]
    UntimedAnswers,

    /// <summary>Requests failed.</summary>
    [JsonStringEnumMemberName("requests-failed")]
    RequestsFailed,

    /// <summary>Calls of the rule functions were not seen to return, or there was no room for them.</summary>
    [JsonStringEnumMemberName("function-calls-lost")]
    FunctionCallsLost,

    /// <summary>Packets left the node without a routing lookup, so their stages have no boundary.</summary>
    [JsonStringEnumMemberName("no-route-lookup")]
    NoRouteLookup,
}
