namespace Plumbline.Reports.Exports;

/// <summary>The columns of the CSV, in order. Names end in the unit. An unknown value is empty.</summary>
internal static class CsvColumns
{
    public static readonly IReadOnlyList<(string Name, Func<CsvRow, object?> Value)> All =
    [
        ("experiment_id", row => row.Summary.ExperimentId),
        ("experiment_name", row => row.Summary.Name),
        ("step", row => row.Trial.Key.Step),
        ("build", row => row.Build),
        ("trial", row => row.Trial.Key.Trial),
        ("attempt", row => row.Trial.Key.Attempt),
        ("accepted", row => row.Attempt.Accepted ? 1 : 0),
        ("counts", row => row.IsCounted ? 1 : 0),
        ("flags", row => string.Join(' ', row.Attempt.Flags.Select(flag => flag.WireName()))),
        ("remarks", row => string.Join("; ", row.Attempt.Remarks)),
        ("measure", row => row.Trial.Measure.WireName()),
        .. Axes.All.Select(AxisColumn),
        ("rules", row => row.Conditions.Rules),
        ("tcp_rules", row => row.Conditions.TcpRules),
        ("target_index", row => row.Conditions.TargetIndex),
        ("target", row => row.Conditions.Target),
        ("repetition", row => row.Trial.Repetition),
        ("stage", row => row.Latency.Name),
        ("count", row => row.Latency.Count),
        ("sum_ns", row => row.Latency.SumNs),
        ("mean_ns", row => row.Latency.MeanNs),
        ("min_ns", row => row.Latency.MinNs),
        ("p50_ns", row => row.Latency.P50Ns),
        ("p90_ns", row => row.Latency.P90Ns),
        ("p95_ns", row => row.Latency.P95Ns),
        ("p99_ns", row => row.Latency.P99Ns),
        ("p999_ns", row => row.Latency.P999Ns),
        ("max_ns", row => row.Latency.MaxNs),
        ("overflow", row => row.Latency.Overflow),
        ("layout_version", row => row.Latency.LayoutVersion),
        ("started_unix_ms", row => row.Conditions.StartedAt.ToUnixTimeMilliseconds()),
        ("duration_ns", row => row.Conditions.DurationNs),
        ("generator", row => row.Conditions.Generator),
        ("generator_reason", row => row.Conditions.GeneratorReason),
        ("timed_by", row => row.Conditions.TimedBy),
        ("sender_priority", row => row.Conditions.SenderPriority?.WireName()),
        ("requested_rate_pps", row => row.Trial.RatePps),
        ("asked_rate_pps", row => row.Conditions.AskedRatePps),
        ("achieved_rate_pps", row => row.Conditions.AchievedRatePps),
        ("lateness_p50_ns", row => row.Conditions.LatenessP50Ns),
        ("lateness_p99_ns", row => row.Conditions.LatenessP99Ns),
        ("lateness_max_ns", row => row.Conditions.LatenessMaxNs),
        ("conntrack_count_before", row => row.Conditions.ConntrackCountBefore),
        ("conntrack_max", row => row.Conditions.ConntrackMax),
        ("cpu", row => row.Conditions.Cpu),
        ("kernel", row => row.Conditions.Kernel),
        ("steal_ns", row => row.Conditions.StealNs),
        ("run_delay_ns", row => row.Conditions.Noise?.RunDelayNs),
        ("involuntary_switches", row => row.Conditions.Noise?.InvoluntarySwitches),
        ("irq_ns", row => row.Conditions.Noise?.IrqNs),
        ("softirq_ns", row => row.Conditions.Noise?.SoftIrqNs),
        ("busy_share", row => row.Conditions.Noise?.BusyShare),
        ("frequency_before_khz", row => row.Conditions.Noise?.FrequencyBeforeKHz),
        ("frequency_after_khz", row => row.Conditions.Noise?.FrequencyAfterKHz),
        ("control_before_p50_ns", row => row.Conditions.Control?.BeforeP50Ns),
        ("control_after_p50_ns", row => row.Conditions.Control?.AfterP50Ns),
        ("control_p50_ns", row => row.Conditions.Control?.P50Ns),
        ("control_p90_ns", row => row.Conditions.Control?.P90Ns),
        ("control_packets", row => row.Conditions.Control?.Packets),
        ("probe_run_ns", row => row.Stage?.Cost?.RunNs),
        ("probe_runs_per_packet", row => row.Stage?.Cost?.RunsPerPacket),
        ("probe_adds_ns", row => row.Stage?.AddsNs),
        ("function_attachment", row => row.Function?.Attachment),
        ("function_absent", row => row.Function?.Absent),
        ("function_adds_ns", row => row.Function?.AddsNs),
        FunctionCount("function_packets", FunctionCounts.Packets),
        FunctionCount("function_not_first_packets", FunctionCounts.NotFirstPackets),
        FunctionCount("function_unpaired", FunctionCounts.Unpaired),
        FunctionCount("function_lost", FunctionCounts.Lost),
        FunctionCount("function_missed", FunctionCounts.Missed),
        ("rtt_pacing", row => row.Trial.RoundTrip?.Pacing.WireName()),
        ("grpc_connection", row => row.Trial.Grpc?.Connection.WireName()),
        ("grpc_work_us", row => row.Trial.Grpc?.WorkUs),
        ("timeout_ms", row => row.Trial.RoundTrip?.TimeoutMs ?? row.Trial.Grpc?.TimeoutMs),
        ("keep_raw", row => row.Trial.KeepRaw ? 1 : 0),
        ("packets", row => row.Trial.Packets),
        ("warmup_packets", row => row.Trial.WarmupPackets),
        ("first_flow", row => row.Trial.FirstFlow),
        ("flows", row => row.Trial.Flows),
        ("seed", row => row.Trial.Seed),
        ("sent", row => row.Counts.Sent),
        ("send_errors", row => row.Counts.SendErrors),
        ("arrived", row => row.Counts.Arrived),
        ("measured", row => row.Counts.Measured),
        ("first_packets", row => row.Counts.FirstPackets),
        ("not_first_packets", row => row.Counts.NotFirstPackets),
        ("untracked", row => row.Counts.Untracked),
        ("translated", row => row.Counts.Translated),
        ("without_route", row => row.Counts.WithoutRoute),
        ("unaccounted", row => row.Counts.Unaccounted),
        ("lost", row => row.Counts.LostByReason.Values.Sum()),
        ("lost_by_reason", row => string.Join(' ', row.Counts.LostByReason.Select(loss => $"{loss.Key}={loss.Value}"))),
        // "lost" above is what the node dropped; an answer may fail to come for other reasons.
        ("answered", row => row.Counts.Answers?.Answered),
        ("answers_lost", row => row.Counts.Answers?.Lost),
        ("answers_late", row => row.Counts.Answers?.Late),
        ("requests_failed", row => row.Counts.Answers?.Failed),
        ("duplicate_answers", row => row.Counts.Answers?.Duplicates),
        ("stray_answers", row => row.Counts.Answers?.Stray),
        ("untimed_answers", row => row.Counts.Answers?.Untimed),
        ("source_prefix", row => row.Trial.Node?.SourcePrefix),
    ];

    private static (string Name, Func<CsvRow, object?> Value) AxisColumn(Axis axis) =>
        (axis.Column, row => row.Trial.Cell[axis]);

    private static (string Name, Func<CsvRow, object?> Value) FunctionCount(string name, string count) =>
        (name, row => row.Function?.Counts.TryGetValue(count, out long value) == true ? value : null);
}

/// <summary>One stage of one attempt, or all its calls of a rule function for one table or base chain.</summary>
/// <param name="Build">Index of the step's build; null where the plan lacks the step.</param>
/// <param name="IsCounted">Whether the attempt is the one of its trial that is in the figures.</param>
internal sealed record CsvRow(
    ExperimentSummary Summary, AttemptResult Attempt, MeasuredLatency Latency, int? Build, bool IsCounted)
{
    public MeasureTrial Trial => Attempt.Trial;

    public TrialConditions Conditions => Attempt.Conditions;

    public TrialCounts Counts => Attempt.Counts;

    /// <summary>The stage probe's report; null where the trial had none. So is the other.</summary>
    public KernelProbeReport? Stage { get; } = Attempt.Probe(Timing.Stage)?.Report;

    public KernelProbeReport? Function { get; } = Attempt.Probe(Timing.Function)?.Report;
}
