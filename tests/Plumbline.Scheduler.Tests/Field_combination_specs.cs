using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>What measures demand of other fields.</summary>
public sealed class Field_combination_specs
{
    [Theory]
    [InlineData("tcp", "0", "tcp packets find no tcp port among those of 100 Services with tcpShare 0")]
    [InlineData("udp", "100", "udp packets find no udp port among those of 100 Services with tcpShare 100")]
    [InlineData("tcp,udp", "50,100", "udp packets find no udp port among those of 100 Services with tcpShare 100")]
    [InlineData("tcp,udp", "0,50", "tcp packets find no tcp port among those of 100 Services with tcpShare 0")]
    public void Packets_need_Service_ports_of_their_protocol_at_every_share(
        string protocols, string shares, string reason) => AssertRefused(
            Sent(new(), protocols, shares), "protocol", $"{reason}; change tcpShare or protocol");

    [Theory]
    [InlineData("tcp", "100", 1)]
    [InlineData("tcp", "1", 1)]
    [InlineData("udp", "0", 1)]
    [InlineData("tcp,udp", "50", 2)]
    [InlineData("tcp,udp", "99,50,1", 100)]
    public void Any_share_that_leaves_each_protocol_a_port_is_accepted(string protocols, string shares, int services) =>
        Assert.Empty(ExperimentSpecValidator.Errors(Sent(new() { Services = [services] }, protocols, shares)));

    [Fact]
    public void A_single_Service_has_no_room_for_two_protocols_on_one_port() => AssertRefused(
        Sent(new() { Services = [100, 1] }, "tcp,udp", "50"),
        "protocol",
        "udp packets find no udp port among those of 1 Services with tcpShare 50; change tcpShare or protocol");

    [Fact]
    public void Two_ports_make_room_for_both() => Assert.Empty(ExperimentSpecValidator.Errors(
        Sent(new() { Services = [1], PortsPerService = 2 }, "tcp,udp", "50")));

    [Fact]
    public void Requests_need_warm_caches() => AssertRefused(
        Specs.With(new() { Measure = ["one-way", "grpc"] }, (Axes.Cache, ["cold"])),
        "cache",
        "must contain warm, which grpc needs");

    [Fact]
    public void Pktgen_leaves_caches_warm() => AssertRefused(
        Specs.With(
            new() { Generator = "pktgen" },
            (Axes.Cache, ["warm", "cold"]),
            (Axes.Protocol, ["udp"]),
            (Axes.TcpShare, ["0"])),
        "generator",
        "pktgen leaves caches warm, and cache has cold; use af_packet or auto");

    [Fact]
    public void Requests_need_TCP() => AssertRefused(
        Sent(new() { Measure = ["one-way", "grpc"] }, "udp", "0"), "protocol", "must contain tcp, which grpc needs");

    [Theory]
    [InlineData("tcp", "one-way", true)]
    [InlineData("tcp,udp", "one-way,rtt", true)]
    [InlineData("udp", "one-way,rtt", false)]
    [InlineData("tcp", "rtt", false)]
    public void Pktgen_is_refused_one_way_TCP_packets(string protocols, string measures, bool isRefused) =>
        Assert.Equal(
            isRefused ? ["generator pktgen sends UDP only, and protocol has tcp; use af_packet or auto"] : [],
            ExperimentSpecValidator.Errors(
                Sent(new() { Generator = "pktgen", Measure = measures.Split(',') }, protocols, "50"))
                .Select(error => $"{error.Field} {error.Message}"));

    [Theory]
    [InlineData(1, 9_999, true)]
    [InlineData(1, 10_000, false)]
    [InlineData(200, 1_999_999, true)]
    [InlineData(200, 2_000_000, false)]
    [InlineData(60_000, 10_000_000, true)]
    public void Work_must_end_before_its_request_times_out(int timeoutMs, int workUs, bool isRight) => Assert.Equal(
        isRight ? [] : ["workUs is longer than a request's timeout (ten times timeoutMs)"],
        ExperimentSpecValidator.Errors(new() { TimeoutMs = timeoutMs, WorkUs = workUs })
            .Select(error => $"{error.Field} {error.Message}"));

    [Theory]
    [InlineData("ping", "'ping' is not one of one-way, rtt, grpc")]
    [InlineData("OneWay", "'OneWay' is not one of one-way, rtt, grpc")]
    [InlineData("", "'' is not one of one-way, rtt, grpc")]
    public void An_unknown_measure_is_refused_with_the_known_ones(string measure, string message) =>
        AssertRefused(new() { Measure = ["rtt", measure] }, "measure", message);

    [Fact]
    public void An_unknown_pacing_is_refused_with_the_known_ones() =>
        AssertRefused(new() { RttPacing = "flood" }, "rttPacing", "'flood' is not one of open-loop, ping-pong");

    [Fact]
    public void An_unknown_connection_is_refused_with_the_known_ones() =>
        AssertRefused(new() { Connection = "pooled" }, "connection", "'pooled' is not one of new, kept-alive");

    [Theory]
    [MemberData(nameof(Nulls))]
    public void Null_is_refused_by_field_without_an_exception(string field, ExperimentSpec spec) =>
        Assert.Equal([field], ExperimentSpecValidator.Errors(spec).Select(error => error.Field));

    public static TheoryData<string, ExperimentSpec> Nulls => new()
    {
        { "measure", new() { Measure = null! } },
        { "services", new() { Services = null! } },
        { "dataPlanes", new() { DataPlanes = null! } },
        { "positions", new() { Positions = null! } },
        { "measure", new() { Measure = ["grpc", null!] } },
        { "rttPacing", new() { RttPacing = null! } },
        { "connection", new() { Connection = null! } },
    };

    [Fact]
    public void Every_list_may_be_null_at_once() => Assert.Equal(
        ["dataPlanes", "measure", "positions", "services"],
        ExperimentSpecValidator.Errors(
            new() { DataPlanes = null!, Positions = null!, Measure = null!, Services = null! })
            .Select(error => error.Field).Order());

    [Fact]
    public void Every_list_may_be_empty_at_once() => Assert.Equal(
        ["dataPlanes", "measure", "positions", "services"],
        ExperimentSpecValidator.Errors(
            new() { DataPlanes = [], Positions = [], Measure = [], Services = [] })
            .Select(error => error.Field).Order());

    [Fact]
    public void The_bounds_of_every_measures_fields_are_allowed()
    {
        Assert.Empty(ExperimentSpecValidator.Errors(
            new() { TimeoutMs = 1, Requests = 1, Rps = 1, WorkUs = 0, PortsPerService = 1 }));
        Assert.Empty(ExperimentSpecValidator.Errors(new()
        {
            Measure = ["grpc"],
            Services = [100],
            Trials = 1,
            MaxAttempts = 1,
            TimeoutMs = ExperimentLimits.MaxTimeoutMs,
            Requests = ExperimentLimits.MaxRequests,
            Rps = ExperimentLimits.MaxRps,
            WorkUs = ExperimentLimits.MaxWorkUs,
            PortsPerService = 2,
        }));
    }

    /// <summary>Requests make flows only with grpc. Packets make flows only with one-way or rtt.</summary>
    [Theory]
    [InlineData("one-way", 10_000_000, 100_000, 1, 0)]
    [InlineData("grpc", 10_000_000, 100, 100, 0)]
    [InlineData("grpc", 1, 100_000, 120, 1)]
    [InlineData("one-way,grpc", 10_000_000, 100, 100, 1)]
    public void Only_flows_of_the_requested_measures_count(
        string measures, int packets, int requests, int trials, int errors) => Assert.Equal(
        errors,
        ExperimentSpecValidator.Errors(new()
        {
            Measure = measures.Split(','),
            Packets = packets,
            Requests = requests,
            Builds = 1,
            Trials = trials,
            MaxAttempts = 5,
        }).Count);

    [Fact]
    public void A_specification_is_refused_exactly_when_all_attempts_need_too_many_flows() => Gen.Select(
        Gen.Int[1, 7], Gen.Int[1, ExperimentLimits.MaxPackets], Gen.Int[1, ExperimentLimits.MaxRequests],
        Gen.Int[1, 50]).Sample(
        (chosen, packets, requests, trials) =>
        {
            ExperimentSpec spec = new()
            {
                Measure = [.. WireNames.Of<Measure>().Where((_, i) => (chosen >> i & 1) == 1)],
                Packets = packets,
                Requests = requests,
                Builds = 1,
                Trials = trials,
            };
            decimal perCell = spec.Measure.Sum(measure => measure == "grpc" ? 10m + requests : 200m + packets + 1_000);
            bool tooMany = 38 * perCell * trials * spec.MaxAttempts > 32_765m * 64_512;

            Assert.Equal(tooMany, ExperimentSpecValidator.Errors(spec).Count > 0);
        });

    /// <summary>Each number is within its bounds, but their product needs more than 64 bits.</summary>
    [Fact]
    public void More_flows_than_64_bits_can_count_are_refused() => Assert.Equal(
        ["services", "packets"],
        ExperimentSpecValidator.Errors(new()
        {
            Measure = WireNames.Of<Measure>(),
            Positions = [.. WireNames.Of<Position>().Skip(1)],
            Services = [.. Enumerable.Range(2, ExperimentLimits.MaxServices - 1)],
            Builds = ExperimentLimits.MaxBuilds,
            Trials = ExperimentLimits.MaxTrials,
            MaxAttempts = 100,
            Packets = ExperimentLimits.MaxPackets,
            WarmupPackets = ExperimentLimits.MaxPackets,
            Requests = ExperimentLimits.MaxRequests,
        }).Select(error => error.Field));

    [Theory]
    [InlineData(1, 10, 0)]
    [InlineData(1, 11, 1)]
    [InlineData(2, 5, 0)]
    [InlineData(2, 6, 1)]
    public void Each_port_has_endpoint_rules_of_its_own(int ports, int endpoints, int errors) => Assert.Equal(
        errors,
        ExperimentSpecValidator.Errors(
            new() { Services = [100_000], PortsPerService = ports, EndpointsPerService = endpoints }).Count);

    [Fact]
    public void A_refused_number_of_ports_is_not_blamed_on_the_endpoints() => Assert.Equal(
        ["portsPerService"],
        ExperimentSpecValidator.Errors(
            new() { Services = [10_000], EndpointsPerService = 10, PortsPerService = int.MaxValue })
                .Select(error => error.Field));

    private static ExperimentSpec Sent(ExperimentSpec spec, string protocols, string shares) =>
        Specs.With(spec, (Axes.Protocol, protocols.Split(',')), (Axes.TcpShare, shares.Split(',')));

    private static void AssertRefused(ExperimentSpec spec, string field, string message)
    {
        FieldError error = Assert.Single(ExperimentSpecValidator.Errors(spec));
        Assert.Equal((field, message), (error.Field, error.Message));
    }
}
