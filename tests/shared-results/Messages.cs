using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Tests;

/// <summary>Messages of an experiment as the pipeline sends them.</summary>
internal sealed record Messages(Guid ExperimentId)
{
    private const int Attempts = 3;

    public static readonly DateTimeOffset StartedAt = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    /// <summary>Of the stage probe, in a baseline: 101.5 ns for a run, three runs for a packet.</summary>
    private static readonly ProgramCost s_cost =
        new(
            1_000,
            [
                new("stage_arrived", 1_000, 90_000),
                new("stage_routed", 1_000, 104_500),
                new("stage_left", 1_000, 110_000),
            ]);

    public Messages()
        : this(Guid.NewGuid())
    {
    }

    /// <summary>Trials have up to three attempts, whatever the default is.</summary>
    public ExperimentSpec Spec
    {
        get;
        init => field = value with { MaxAttempts = Attempts };
    } = new() { MaxAttempts = Attempts };

    /// <param name="services">
    /// Sizes of the steps between the two baselines; by default one step of 100 Services.
    /// </param>
    public ExperimentStarted Started(int trials = 4, params int[] services) => Built(1, trials, services);

    /// <summary>With so many builds of each size: step 1 + build · sizes + index of the size, from 0.</summary>
    public ExperimentStarted Built(int builds, int trials = 4, params int[] services)
    {
        int[] round = services.Length == 0 ? [100] : services;
        int[] sizes = [0, .. Enumerable.Repeat(round, builds).SelectMany(each => each), 0];
        return new ExperimentStarted
        {
            ExperimentId = ExperimentId,
            Spec = Spec,
            Steps =
            [
                .. sizes.Select((size, step) => new StepDescription
                {
                    Step = step,
                    Block = 0,
                    Build = step == 0 || step == sizes.Length - 1 ? 0 : (step - 1) / round.Length,
                    Role = step == 0 ? StepRole.FirstBaseline
                        : step == sizes.Length - 1 ? StepRole.LastBaseline
                        : StepRole.Services,
                    Cell = Cell.Empty.With(size),
                    DataPlanes = size == 0 ? [DataPlane.NoRules] : [.. Spec.DataPlanes.Select(name => new DataPlane(
                        name))],
                    TrialCount = trials / sizes.Length,
                }),
            ],
            TrialCount = trials,
            StartedAt = StartedAt,
        };
    }

    public NodeDescribed Node() => new()
    {
        ExperimentId = ExperimentId,
        Machine = new MachineDescription
        {
            Kernel = "6.18.0",
            Preemption = "PREEMPT_DYNAMIC (full)",
            ClockSource = "tsc",
            ClockStepNs = 20,
            OperatingSystem = "Debian GNU/Linux 12 (bookworm)",
            CpuModel = "AMD EPYC",
            CpuCount = 2,
            IsolatedCpus = "none",
            TicklessCpus = "none",
            Smt = "on; CPU 1 sends and shares its core with 0",
            Governor = "none",
            Boost = "unknown",
            Hypervisor = "KVM",
            Mitigations = "spectre_v2: Retpolines; spectre_v1: usercopy/swapgs barriers",
            Tools = new Dictionary<string, string>
            {
                ["iptables-nft-restore"] = "iptables-nft-restore v1.8.9 (nf_tables)",
                ["nft"] = "nftables v1.0.6 (Lester Gooch #5)",
            },
            PlumblineVersion = "0.1.0",
        },
    };

    public ServicesScaled Scaled(int step, int services, params (DataPlane Name, long ProgrammingNs)[] dataPlanes) =>
        new()
    {
        ExperimentId = ExperimentId,
        Step = step,
        DataPlanes =
        [
            .. dataPlanes.Select(each => new ProgrammedDataPlane
            {
                Cell = Cell.Empty.With(each.Name).With(services),
                Rules = services,
                ProgrammingNs = each.ProgrammingNs,
                Tool = each.Name == Planes.Nftables ? "nft v1.0.6" : "iptables-restore v1.8.9",
            }),
        ],
    };

    /// <param name="prerouting">Nanoseconds; the other stages are computed from them.</param>
    public TrialMeasured Trial(
        int step, int trial, DataPlane dataPlane, int services, Position position, IEnumerable<long> prerouting,
        int attempt = 1, params TrialFlag[] flags)
    {
        long[] values = [.. prerouting];
        return new TrialMeasured
        {
            Trial = new MeasureTrial
            {
                Key = new TrialKey { ExperimentId = ExperimentId, Step = step, Trial = trial, Attempt = attempt },
                Measure = Measure.OneWay,
                Cell = Cell.Of(dataPlane, services, position),
                Repetition = 0,
                Packets = values.Length,
                WarmupPackets = 200,
                RatePps = 20_000,
                FirstFlow = 10_000L * trial,
                Flows = 3_200,
                Seed = 42 + trial,
            },
            Conditions = new TrialConditions
            {
                StartedAt = StartedAt.AddSeconds(trial),
                DurationNs = 100_000_000,
                Generator = "af_packet",
                TimedBy = "stage",
                SenderPriority = SenderPriority.Fifo,
                AskedRatePps = 20_000,
                AchievedRatePps = 19_998.25,
                LatenessP50Ns = 850,
                LatenessP99Ns = 3_100,
                LatenessMaxNs = 54_000,
                TargetIndex = position switch { Position.First => 0, Position.Last => services - 1, _ => null },
                Target = "10.96.0.11:7000/tcp",
                Rules = services,
                ConntrackCountBefore = 12,
                ConntrackMax = 262_144,
                Cpu = 1,
                CpuReason = "the last CPU of the process; none is isolated",
                Kernel = "6.18.0",
                StealNs = 20_000,
            },
            Counts = new TrialCounts
            {
                Sent = values.Length,
                SendErrors = 0,
                Arrived = values.Length,
                Measured = values.Length,
                FirstPackets = values.Length,
                NotFirstPackets = 0,
                Untracked = 0,
                Translated = values.Length,
                LostByReason = flags.Contains(TrialFlag.PacketsLost)
                    ? new Dictionary<string, long> { ["NETFILTER_DROP"] = 17, ["NO_SOCKET"] = 3 }
                    : new Dictionary<string, long>(),
                Unaccounted = 0,
            },
            Histograms =
            [
                Histogram(Stage.Prerouting, values),
                Histogram(Stage.ForwardPostrouting, values.Select(value => 900 + value % 97)),
                Histogram(Stage.Total, values.Select(value => value + 900 + value % 97)),
            ],
            Probes = [Report(Timing.Stage) with { Cost = dataPlane == DataPlane.NoRules ? s_cost : null }],
            Flags = flags,
            Remarks = [.. flags.Select(flag => $"about {flag.WireName()}, \"quoted\"")],
        };
    }

    /// <param name="roundTrips">
    /// Nanoseconds between the device's timestamps; those of the sending program are longer.
    /// </param>
    public TrialMeasured RoundTrip(
        int step, int trial, DataPlane dataPlane, int services, Position position, IEnumerable<long> roundTrips,
        int attempt = 1, params TrialFlag[] flags)
    {
        long[] values = [.. roundTrips];
        TrialMeasured oneWay = Trial(step, trial, dataPlane, services, position, [], attempt, flags);
        return oneWay with
        {
            Trial = oneWay.Trial with
            {
                Measure = Measure.RoundTrip,
                Packets = values.Length,
                KeepRaw = Spec.KeepRaw,
                RoundTrip = new RoundTripSettings { Pacing = Pacing.OpenLoop, TimeoutMs = 200 },
            },
            Conditions = oneWay.Conditions with { Generator = "raw-ip", TimedBy = "so-timestamping" },
            Counts = oneWay.Counts with
            {
                Sent = values.Length + 6,
                Answers = new AnswerCounts
                {
                    Answered = values.Length, Lost = 4, Late = 2, Failed = 0, Duplicates = 5, Stray = 7, Untimed = 3,
                },
            },
            Probes = dataPlane == DataPlane.NoRules ? [Report(Timing.Stage) with { AddsNs = 260.5 }] : [],
            Histograms = values.Length == 0 ? [] :
            [
                Histogram(Stage.RoundTrip, values, Spec.KeepRaw),
                Histogram(Stage.RoundTripUserSpace, values.Select(value => value + 9_000), Spec.KeepRaw),
            ],
        };
    }

    /// <param name="requests">
    /// Nanoseconds of each request on the open connection; the other stages are computed from them.
    /// </param>
    public TrialMeasured Grpc(
        int step, int trial, DataPlane dataPlane, int services, Position position, IEnumerable<long> requests,
        int attempt = 1, params TrialFlag[] flags)
    {
        long[] values = [.. requests];
        TrialMeasured oneWay = Trial(step, trial, dataPlane, services, position, [], attempt, flags);
        return oneWay with
        {
            Trial = oneWay.Trial with
            {
                Measure = Measure.Grpc,
                Packets = values.Length,
                RatePps = 200,
                KeepRaw = Spec.KeepRaw,
                Grpc = new GrpcSettings { Connection = GrpcConnection.New, WorkUs = 40, TimeoutMs = 2_000 },
            },
            Conditions = oneWay.Conditions with { Generator = "grpc-dotnet", TimedBy = "application" },
            Counts = oneWay.Counts with
            {
                Sent = values.Length + 1,
                Answers = new AnswerCounts
                {
                    Answered = values.Length, Lost = 0, Late = 0, Failed = 1, Duplicates = 0, Stray = 0, Untimed = 0,
                },
            },
            Probes = [],
            Histograms =
            [
                Histogram(Stage.GrpcConnect, values.Select(value => value / 4), Spec.KeepRaw),
                Histogram(Stage.GrpcRequest, values, Spec.KeepRaw),
                Histogram(Stage.GrpcWorker, values.Select(value => 40_000 + value % 501), Spec.KeepRaw),
                Histogram(Stage.GrpcTotal, values.Select(value => value + value / 4 + 40_000), Spec.KeepRaw),
            ],
        };
    }

    public ExperimentCompleted Completed() => new()
    {
        ExperimentId = ExperimentId, AcceptedTrials = 3, GivenUpTrials = 1, CompletedAt = StartedAt.AddMinutes(1),
    };

    /// <param name="firstAttempt">Number of the rerun's first attempt at each trial.</param>
    public RerunStarted RerunStarted(int run, int step, RerunStage stage, int firstAttempt = 4) => new()
    {
        RerunId = RerunId(run),
        ExperimentId = ExperimentId,
        Run = run,
        Step = step,
        Stage = stage,
        FirstAttempt = firstAttempt,
        TrialCount = 2,
        StartedAt = StartedAt.AddHours(run),
    };

    public RerunEnded RerunEnded(int run, ExperimentOutcome outcome = ExperimentOutcome.Completed) => new()
    {
        RerunId = RerunId(run),
        ExperimentId = ExperimentId,
        Run = run,
        Outcome = outcome,
        Reason = outcome == ExperimentOutcome.Failed ? "nft: no" : "",
        AcceptedTrials = 1,
        GivenUpTrials = 1,
        EndedAt = StartedAt.AddHours(run).AddMinutes(1),
    };

    /// <summary>Values around <paramref name="middle"/> with a tail, always the same for a seed.</summary>
    public static IEnumerable<long> Around(double middle, int seed = 1, int count = 2_000)
    {
        Random random = new(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
                (long)(middle * (0.93 + 0.1 * random.NextDouble() + 0.08 * Math.Pow(random.NextDouble(), 12) * 40))),
        ];
    }

    public static NamedHistogram Histogram(Stage stage, IEnumerable<long> latencies, bool keepRaw = false) =>
        Histogram(stage.Name, latencies, keepRaw);

    public static NamedHistogram Histogram(string name, IEnumerable<long> latencies, bool keepRaw = false)
    {
        long[] values = [.. latencies];
        LatencyHistogram histogram = LatencyHistogram.FromValues(values);
        return new NamedHistogram
        {
            Name = name,
            LayoutVersion = BucketLayout.Version,
            Count = histogram.Count,
            SumNs = histogram.SumNs,
            MinNs = histogram.MinNs,
            MaxNs = histogram.MaxNs,
            Overflow = histogram.Overflow,
            Buckets = [.. histogram.Buckets.Select(bucket => new HistogramBucket(bucket.Key, bucket.Value))],
            RawNs = keepRaw ? values : null,
        };
    }

    public static KernelProbeReport Report(Timing timing) => new() { Probe = timing.WireName() };

    private static Guid RerunId(int run) => new(run, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}
