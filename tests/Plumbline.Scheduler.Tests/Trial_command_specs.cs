using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>What the commands for trials take from the specification, over an experiment's whole life.</summary>
public sealed class Trial_command_specs
{
    private static readonly ExperimentSpec s_spec = Specs.Small with
    {
        Measure = ["one-way", "rtt", "grpc"],
        Packets = 500,
        WarmupPackets = 50,
        RatePps = 7_000,
        Requests = 30,
        Rps = 60,
        RttPacing = "ping-pong",
        TimeoutMs = 150,
        Connection = "kept-alive",
        WorkUs = 900,
    };

    private static readonly Gen<Func<TrialKey, bool>> s_verdicts = Gen.Bool.Array[64]
        .Select(accepted => (Func<TrialKey, bool>)(key => accepted[((key.Trial * 7) + key.Attempt) % accepted.Length]));

    [Theory]
    [InlineData(Measure.OneWay)]
    [InlineData(Measure.RoundTrip)]
    public void One_way_and_round_trip_attempts_send_packets_at_the_packet_rate(Measure measure) => Assert.All(
        AttemptsOf(measure), attempt => Assert.Equal(
            (500, 50, 7_000, 1_550), (attempt.Packets, attempt.WarmupPackets, attempt.RatePps, attempt.Flows)));

    [Fact]
    public void Grpc_attempts_make_requests_at_their_own_rate_after_ten_for_warm_up() => Assert.All(
        AttemptsOf(Measure.Grpc), attempt => Assert.Equal(
            (30, 10, 60, 40), (attempt.Packets, attempt.WarmupPackets, attempt.RatePps, attempt.Flows)));

    [Fact]
    public void Round_trip_attempts_get_pacing_and_timeout() => Assert.All(
        AttemptsOf(Measure.RoundTrip), attempt => Assert.Equal(
            new RoundTripSettings { Pacing = Pacing.PingPong, TimeoutMs = 150 },
            attempt.RoundTrip));

    [Fact]
    public void Grpc_attempts_get_connection_work_and_ten_times_the_timeout() => Assert.All(
        AttemptsOf(Measure.Grpc), attempt => Assert.Equal(
            new GrpcSettings { Connection = GrpcConnection.KeptAlive, WorkUs = 900, TimeoutMs = 1_500 },
            attempt.Grpc));

    [Fact]
    public void Every_trial_knows_the_rules_that_its_step_programmed()
    {
        ExperimentState scaling = ExperimentFlow.Start(Specs.Plan(Specs.Small), Life.Start).State;
        ServicesScaled scaled = new()
        {
            ExperimentId = scaling.Plan.ExperimentId,
            Step = 0,
            DataPlanes =
            [
                new ProgrammedDataPlane
                {
                    Cell = scaling.PresentTrials[0].Cell,
                    Rules = 17,
                    ProgrammingNs = 1,
                    Tool = "none",
                    Ruleset = "node nft:2 legacy:none",
                },
            ],
        };

        Transition measuring = ExperimentFlow.OnScaled(scaling, scaled, Life.Start);
        MeasureTrial trial = Assert.IsType<MeasureTrial>(Assert.Single(measuring.Messages));

        Assert.Equal((17, "node nft:2 legacy:none"), (trial.ExpectedRules, trial.Ruleset));
    }

    [Fact]
    public void The_defaults_are_open_loop_SYNs_and_a_new_connection_for_each_request()
    {
        IReadOnlyList<MeasureTrial> measured =
            new Life(Specs.Small with { Measure = ["rtt", "grpc"] }).ToItsEnd().Measured;

        Assert.Equal(
            new RoundTripSettings { Pacing = Pacing.OpenLoop, TimeoutMs = 200 },
            measured.First(attempt => attempt.Measure == Measure.RoundTrip).RoundTrip);
        Assert.Equal(
            new GrpcSettings { Connection = GrpcConnection.New, WorkUs = 0, TimeoutMs = 2_000 },
            measured.First(attempt => attempt.Measure == Measure.Grpc).Grpc);
    }

    [Fact]
    public void An_attempt_gets_no_settings_of_another_measure() =>
        Gen.Select(Specs.Valid, s_verdicts).Sample((spec, accepts) => Assert.All(
            new Life(spec, accepts).ToItsEnd().Measured, attempt => Assert.Equal(
                (attempt.Measure == Measure.RoundTrip, attempt.Measure == Measure.Grpc),
                (attempt.RoundTrip is not null, attempt.Grpc is not null))));

    [Theory]
    [InlineData(Measure.OneWay, false)]
    [InlineData(Measure.RoundTrip, true)]
    [InlineData(Measure.Grpc, true)]
    public void Raw_latencies_of_round_trips_and_requests_are_kept_and_those_of_one_way_packets_are_not(
        Measure measure, bool kept) => Assert.All(
        AttemptsOf(measure, s_spec with { KeepRaw = true }), attempt => Assert.Equal(kept, attempt.KeepRaw));

    [Fact]
    public void No_raw_latencies_are_kept_unless_asked_for() => Assert.All(
        new Life(s_spec).ToItsEnd().Measured, attempt => Assert.False(attempt.KeepRaw));

    [Theory]
    [InlineData("auto", GeneratorKind.Auto)]
    [InlineData("pktgen", GeneratorKind.Pktgen)]
    [InlineData("af_packet", GeneratorKind.AfPacket)]
    public void Every_one_way_trial_names_its_generator(string name, GeneratorKind generator) => Assert.All(
        AttemptsOf(Measure.OneWay, s_spec with { Generator = name }),
        attempt => Assert.Equal(generator, attempt.Generator));

    [Fact]
    public void The_longest_timeout_and_the_longest_work_reach_the_endpoint_unchanged()
    {
        ExperimentSpec spec =
            s_spec with { TimeoutMs = ExperimentLimits.MaxTimeoutMs, WorkUs = ExperimentLimits.MaxWorkUs };

        Assert.Empty(ExperimentSpecValidator.Errors(spec));
        Assert.All(AttemptsOf(Measure.Grpc, spec),
            attempt => Assert.Equal((600_000, 10_000_000), (attempt.Grpc!.TimeoutMs, attempt.Grpc.WorkUs)));
        Assert.All(AttemptsOf(Measure.RoundTrip, spec), attempt => Assert.Equal(60_000, attempt.RoundTrip!.TimeoutMs));
    }

    [Fact]
    public void Every_step_has_a_share_of_TCP_and_the_ports_of_each_Service()
    {
        ExperimentSpec spec = Specs.With(s_spec with { PortsPerService = 2 }, (Axes.TcpShare, ["100", "50"]));

        ScaleStep[] steps = [.. new Life(spec).ToItsEnd().Published.OfType<ScaleStep>()];

        Assert.All(steps, scale => Assert.Equal(2, scale.PortsPerService));
        Assert.Equal(
            [(10, 50), (10, 100), (100, 50), (100, 100)],
            steps.Where(scale => scale.Cell.Services > 0)
                .Select(scale => (scale.Cell.Services, scale.Cell.TcpShare)).Order());
    }

    [Fact]
    public void Every_packet_of_the_defaults_is_TCP_and_so_is_every_Service() => Assert.All(
        new Life(new ExperimentSpec { Trials = 1 }).ToItsEnd().Measured,
        attempt => Assert.Equal((ServiceProtocol.Tcp, 100), (attempt.Cell.Protocol, attempt.Cell.TcpShare)));

    [Fact]
    public void Each_protocol_is_measured_with_and_without_rules_but_requests_are_TCP()
    {
        ExperimentSpec spec = Specs.With(s_spec, (Axes.Protocol, ["tcp", "udp"]), (Axes.TcpShare, ["50"]));
        Assert.Empty(ExperimentSpecValidator.Errors(spec));

        ILookup<Measure, string> cells = new Life(spec).ToItsEnd().Measured.ToLookup(
            attempt => attempt.Measure,
            attempt => $"{attempt.Cell.Protocol.WireName()} {(attempt.Cell.IsBaseline ? "without" : "with")} rules");

        string[] all = ["tcp with rules", "tcp without rules", "udp with rules", "udp without rules"];
        Assert.Equal(all, cells[Measure.OneWay].Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(all, cells[Measure.RoundTrip].Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(all[..2], cells[Measure.Grpc].Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Cold_caches_are_measured_with_and_without_rules_but_not_by_requests()
    {
        ExperimentSpec spec = Specs.With(s_spec, (Axes.Cache, ["warm", "cold"]));
        Assert.Empty(ExperimentSpecValidator.Errors(spec));

        MeasureTrial[] cold =
            [.. new Life(spec).ToItsEnd().Measured.Where(attempt => attempt.Cell.Cache == CacheState.Cold)];

        Assert.Equal(
            [Measure.OneWay, Measure.RoundTrip], cold.Select(attempt => attempt.Measure).Distinct().Order());
        Assert.Contains(cold, attempt => attempt.Cell.IsBaseline);
        Assert.Contains(cold, attempt => !attempt.Cell.IsBaseline);
    }

    [Fact]
    public void A_flagged_first_attempt_is_repeated_for_every_measure()
    {
        Life life = new Life(s_spec, accepts: key => key.Attempt > 1).ToItsEnd();

        Assert.Equal(36, life.State.Plan.TrialCount);
        Assert.All(life.Measured.Chunk(2), attempts =>
        {
            Assert.Equal([1, 2], attempts.Select(attempt => attempt.Key.Attempt));
            Assert.Equal(
                attempts[0] with { Key = attempts[1].Key, FirstFlow = attempts[1].FirstFlow, Seed = attempts[1].Seed },
                attempts[1]);
        });
        Assert.Equal((36, 0), (life.State.AcceptedTrials, life.State.GivenUpTrials));
    }

    [Theory]
    [InlineData(Measure.OneWay)]
    [InlineData(Measure.RoundTrip)]
    [InlineData(Measure.Grpc)]
    public void A_measure_that_is_always_flagged_is_given_up_and_the_others_go_on(Measure broken)
    {
        HashSet<int> trials = [.. Specs.Plan(s_spec).Steps.SelectMany(step => step.Trials)
            .Where(trial => trial.Measure == broken).Select(trial => trial.Trial)];

        Life life = new Life(s_spec, accepts: key => !trials.Contains(key.Trial)).ToItsEnd();

        ExperimentCompleted completed = Assert.IsType<ExperimentCompleted>(life.Published[^1]);
        Assert.Equal((24, 12), (completed.AcceptedTrials, completed.GivenUpTrials));
        Assert.All(
            life.Measured.CountBy(attempt => attempt.Measure),
            attempts => Assert.Equal(attempts.Key == broken ? 12 * s_spec.MaxAttempts : 12, attempts.Value));
    }

    [Fact]
    public void Flows_of_attempts_follow_each_other_without_a_gap() =>
        Gen.Select(Specs.Valid, s_verdicts, Gen.Int[1, 3_000], Gen.Int[0, 300], Gen.Int[1, 5_000])
            .Sample((spec, accepts, packets, warmup, requests) =>
        {
            long next = 0;
            ExperimentSpec sized = spec with { Packets = packets, WarmupPackets = warmup, Requests = requests };
            foreach (MeasureTrial attempt in new Life(sized, accepts).ToItsEnd().Measured)
            {
                Assert.Equal(next, attempt.FirstFlow);
                Assert.True(
                    attempt.Flows >= attempt.WarmupPackets + attempt.Packets, $"{attempt.Flows} flows are too few");
                next += attempt.Flows;
            }
        });

    [Fact]
    public void The_longest_accepted_experiment_has_enough_flows() => Specs.Valid.Sample(spec =>
    {
        Life life = new Life(spec, accepts: _ => false).ToItsEnd();

        Assert.Empty(ExperimentSpecValidator.Errors(spec));
        Assert.True(life.Measured[^1].FirstFlow + life.Measured[^1].Flows <= ExperimentLimits.MaxFlows);
    });

    private static MeasureTrial[] AttemptsOf(Measure measure, ExperimentSpec? spec = null)
    {
        MeasureTrial[] attempts = [.. new Life(spec ?? s_spec, accepts: key => key.Attempt > 1).ToItsEnd()
            .Measured.Where(attempt => attempt.Measure == measure)];
        Assert.Equal(24, attempts.Length);
        return attempts;
    }
}
