namespace Plumbline.Contracts;

/// <summary>One attempt at one trial: what was seen, under which conditions, and whether it can be trusted.</summary>
public sealed record TrialMeasured
{
    /// <summary>
    /// The trial as it was measured. Its flows begin where the node's source addresses have room for them, so
    /// <see cref="MeasureTrial.FirstFlow"/> can differ from the requested one.
    /// </summary>
    public required MeasureTrial Trial { get; init; }

    public required TrialConditions Conditions { get; init; }

    public required TrialCounts Counts { get; init; }

    /// <summary>One for each measured stage.</summary>
    public required IReadOnlyList<NamedHistogram> Histograms { get; init; }

    /// <summary>What each kernel probe of the trial adds.</summary>
    public IReadOnlyList<KernelProbeReport> Probes { get; init; } = [];

    /// <summary>Empty when the trial can be trusted.</summary>
    public required IReadOnlyList<TrialFlag> Flags { get; init; }

    /// <summary>Explains the flags in words.</summary>
    public required IReadOnlyList<string> Remarks { get; init; }
}

/// <summary>The conditions of an attempt.</summary>
public sealed record TrialConditions
{
    public required DateTimeOffset StartedAt { get; init; }

    public required long DurationNs { get; init; }

    /// <summary>
    /// What sent the packets: <c>pktgen</c>, <c>af_packet</c>, <c>raw-ip</c> (probe packets) or <c>grpc-dotnet</c>.
    /// </summary>
    public required string Generator { get; init; }

    /// <summary>Why this generator, in words. Null when there is no choice.</summary>
    public string? GeneratorReason { get; init; }

    /// <summary>
    /// What timed them: <c>stage</c> (BPF tracepoints), <c>so-timestamping</c> (kernel timestamps of the sender's
    /// packets) or <c>application</c> (the runtime's clock). With the function probe <c>function</c>, or
    /// <c>stage+function</c>.
    /// </summary>
    public required string TimedBy { get; init; }

    /// <summary>
    /// Priority of the sending thread while it sent. Null when the method has no such thread, as gRPC, and when nothing
    /// was sent.
    /// </summary>
    public SenderPriority? SenderPriority { get; init; }

    /// <summary>Packets a second asked of the generator. Below the request's rate when packets take longer.</summary>
    public required double AskedRatePps { get; init; }

    /// <summary>
    /// Packets a second that left. On a busy machine this is below the asked rate. That is no flag for one-way
    /// packets: each leaves only when the one before is through the node.
    /// </summary>
    public required double AchievedRatePps { get; init; }

    /// <summary>
    /// How late packets left against their schedule. Null with pktgen, which does not report it, and when nothing was
    /// sent.
    /// </summary>
    public required long? LatenessP50Ns { get; init; }

    public required long? LatenessP99Ns { get; init; }

    public required long? LatenessMaxNs { get; init; }

    /// <summary>Index of the target's rule among the Service rules, from 0. Null for a random or no target.</summary>
    public required int? TargetIndex { get; init; }

    /// <summary>
    /// Indices of the first and the last rule that random targets have. Null for one target or none.
    /// </summary>
    public int? FirstTargetIndex { get; init; }

    /// <inheritdoc cref="FirstTargetIndex"/>
    public int? LastTargetIndex { get; init; }

    /// <summary>The target as <c>10.96.0.11:7000/udp</c>, or the number of random targets.</summary>
    public required string Target { get; init; }

    /// <summary>Service rules in the kernel.</summary>
    public required int Rules { get; init; }

    /// <summary>
    /// Those that match TCP. An iptables rule compares the protocol first, so a packet passes rules of its own protocol
    /// at another cost than the others.
    /// </summary>
    public int TcpRules { get; init; }

    /// <summary>
    /// Rules of others than kube-proxy that forwarded packets can meet on a cluster's node, once a step. Null in the
    /// lab, which has none.
    /// </summary>
    public int? ForeignRules { get; init; }

    /// <summary>
    /// Where they are, as <c>5,000 in table ip filter, 12 in legacy table nat</c>. Null when
    /// <see cref="ForeignRules"/> is.
    /// </summary>
    public string? ForeignRulesWords { get; init; }

    /// <summary>
    /// All rules of the namespaces on the packets' way, before the trial, as in
    /// <see cref="ProgrammedDataPlane.Ruleset"/>.
    /// </summary>
    public string? Ruleset { get; init; }

    public required long ConntrackCountBefore { get; init; }

    public required long ConntrackMax { get; init; }

    /// <summary>
    /// CPU that the generator was pinned to. The kernel's work for a packet runs there too. Null when it was not
    /// pinned, as with gRPC, or when nothing was sent.
    /// </summary>
    public required int? Cpu { get; init; }

    /// <summary>Why this CPU, in words. Null when <see cref="Cpu"/> is.</summary>
    public string? CpuReason { get; init; }

    public required string Kernel { get; init; }

    /// <summary>Time that the hypervisor stole from that CPU meanwhile. Null when <see cref="Cpu"/> is.</summary>
    public required long? StealNs { get; init; }

    /// <summary>Other work meanwhile. Null when <see cref="Cpu"/> is.</summary>
    public TrialNoise? Noise { get; init; }

    /// <summary>Null when no control packets were sent, as with gRPC.</summary>
    public ControlReading? Control { get; init; }
}

/// <summary>
/// Where every packet of an attempt went. No count is clamped: the difference is <see cref="Unaccounted"/>.
/// </summary>
public sealed record TrialCounts
{
    /// <summary>Packets that the generator gave to the kernel.</summary>
    public required long Sent { get; init; }

    /// <summary>Sends that the kernel refused.</summary>
    public required long SendErrors { get; init; }

    /// <summary>Packets that arrived on the node's ingress device.</summary>
    public required long Arrived { get; init; }

    /// <summary>Packets that left the node and are in the histograms.</summary>
    public required long Measured { get; init; }

    /// <summary>
    /// Packets that made their own conntrack entry, which was still unconfirmed when they left. This proves that they
    /// were the first of their flows.
    /// </summary>
    public required long FirstPackets { get; init; }

    /// <summary>Packets that met an existing entry. They are not in the histograms.</summary>
    public required long NotFirstPackets { get; init; }

    /// <summary>Packets without a conntrack entry: all of them in a baseline, which has no conntrack.</summary>
    public required long Untracked { get; init; }

    /// <summary>Packets that were translated (DNAT) to an endpoint.</summary>
    public required long Translated { get; init; }

    /// <summary>Packets that left without a routing lookup. The stage probe has them in no histogram.</summary>
    public long WithoutRoute { get; init; }

    /// <summary>Packets that the node dropped, by the kernel's drop reason.</summary>
    public required IReadOnlyDictionary<string, long> LostByReason { get; init; }

    /// <summary>Sent packets that neither left the node nor were seen dropped.</summary>
    public required long Unaccounted { get; init; }

    /// <summary>What happened to probe packets or requests. Null for one-way trials, which watch no answers.</summary>
    public AnswerCounts? Answers { get; init; }
}

/// <summary>What happened to probe packets or requests: sent = answered + lost + late + failed.</summary>
public sealed record AnswerCounts
{
    /// <summary>Answered in time.</summary>
    public required long Answered { get; init; }

    /// <summary>Still without an answer when the last one timed out.</summary>
    public required long Lost { get; init; }

    /// <summary>Answered after their timeout. They are not in the histograms.</summary>
    public required long Late { get; init; }

    /// <summary>Requests answered with an error. Probe packets cannot fail like this.</summary>
    public required long Failed { get; init; }

    /// <summary>Further answers to a probe packet that had one.</summary>
    public required long Duplicates { get; init; }

    /// <summary>Packets to the sender's ports that answer no probe packet.</summary>
    public required long Stray { get; init; }

    /// <summary>
    /// Answered, but a kernel timestamp is missing or contradicts the monotonic clock, as when someone sets the wall
    /// clock. They are not in the histograms.
    /// </summary>
    public required long Untimed { get; init; }
}
