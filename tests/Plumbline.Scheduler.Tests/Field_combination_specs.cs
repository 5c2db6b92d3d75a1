using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>What measures demand of other fields.</summary>
public sealed class Field_combination_specs
{
    [Theory]
    [InlineData("one-way", "tcp-syn", "tcp", "must contain udp, which one-way sends")]
    [InlineData("rtt", "udp-echo", "tcp", "must contain udp, which rtt sends in mode udp-echo")]
    [InlineData("rtt", "tcp-syn", "udp", "must contain tcp, which rtt sends in mode tcp-syn")]
    [InlineData("grpc", "tcp-syn", "udp", "must contain tcp, which grpc needs")]
    [InlineData("grpc", "udp-echo", "udp", "must contain tcp, which grpc needs")]
    public void Protocols_that_a_measure_needs_must_be_named(string measure, string mode, string only, string reason)
    {
        FieldError error = Assert.Single(
            ExperimentSpecValidator.Errors(new() { Measure = [measure], RttMode = mode, Protocols = [only] }));

        Assert.Equal(("protocols", reason), (error.Field, error.Message));
    }

    [Theory]
    [InlineData("one-way", "tcp-syn", "udp")]
    [InlineData("rtt", "udp-echo", "udp")]
    [InlineData("one-way,rtt", "udp-echo", "udp")]
    [InlineData("rtt", "tcp-syn", "tcp")]
    [InlineData("grpc", "tcp-syn", "tcp")]
    [InlineData("grpc", "udp-echo", "tcp")]
    [InlineData("rtt,grpc", "tcp-syn", "tcp")]
    public void Protocols_that_no_requested_measure_needs_may_be_missing(string measures, string mode, string only) =>
        Assert.Empty(ExperimentSpecValidator.Errors(
            new() { Measure = measures.Split(','), RttMode = mode, Protocols = [only] }));

    [Theory]
    [InlineData("one-way,rtt", "tcp-syn")]
    [InlineData("one-way,grpc", "udp-echo")]
    [InlineData("rtt,grpc", "udp-echo")]
    public void Measures_of_both_protocols_need_both(string measures, string mode) => Assert.All(
        WireNames.Of<ServiceProtocol>(), only => Assert.Equal(
            ["protocols"],
            ExperimentSpecValidator.Errors(new() { Measure = measures.Split(','), RttMode = mode, Protocols = [only] })
                .Select(error => error.Field)));

    [Theory]
    [InlineData("one-way,rtt,grpc", "tcp-syn")]
    [InlineData("grpc,rtt,one-way", "udp-echo")]
    public void Both_protocols_serve_every_measure_in_any_order(string measures, string mode) => Assert.All(
        (string[][])[["udp", "tcp"], ["tcp", "udp"]],
        both => Assert.Empty(
            ExperimentSpecValidator.Errors(new() { Measure = measures.Split(','), RttMode = mode, Protocols = both })));

    [Fact]
    public void More_ports_than_protocols_are_refused_with_the_reason() => AssertRefused(
        new() { Measure = ["grpc"], Protocols = ["tcp"], PortsPerService = 2 },
        "portsPerService", "is more than the number of protocols; only Services on named nodes can have more ports");

    [Fact]
    public void A_single_Service_has_no_room_for_two_protocols_on_one_port() => AssertRefused(
        new() { Services = [100, 1] },
        "services",
        "has a number too small for a port of each protocol; "
        + "use more Services, one protocol, or two ports per Service");

    [Theory]
    [InlineData(2, 1, "udp,tcp", "one-way,rtt")]
    [InlineData(1, 2, "udp,tcp", "one-way,rtt")]
    [InlineData(1, 1, "tcp", "rtt,grpc")]
    public void More_Services_or_two_ports_or_one_protocol_make_room(
        int services, int ports, string protocols, string measures) =>
        Assert.Empty(ExperimentSpecValidator.Errors(new()
        {
            Services = [services],
            PortsPerService = ports,
            Protocols = protocols.Split(','),
            Measure = measures.Split(','),
        }));

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
    public void An_unknown_mode_is_refused_with_the_known_ones() =>
        AssertRefused(new() { RttMode = "icmp" }, "rttMode", "'icmp' is not one of tcp-syn, udp-echo");

    [Fact]
    public void An_unknown_pacing_is_refused_with_the_known_ones() =>
        AssertRefused(new() { RttPacing = "flood" }, "rttPacing", "'flood' is not one of open-loop, ping-pong");

    [Fact]
    public void An_unknown_connection_is_refused_with_the_known_ones() =>
        AssertRefused(new() { Connection = "pooled" }, "connection", "'pooled' is not one of new, kept-alive");

    [Theory]
    [InlineData("tcp")]
    [InlineData("udp")]
    public void An_unknown_mode_is_not_blamed_on_the_protocols(string only) =>
        AssertRefused(new() { Measure = ["rtt"], RttMode = "icmp", Protocols = [only] }, "rttMode",
            "'icmp' is not one of tcp-syn, udp-echo");

    [Theory]
    [MemberData(nameof(Nulls))]
    public void Null_is_refused_by_field_without_an_exception(string field, ExperimentSpec spec) =>
        Assert.Equal([field], ExperimentSpecValidator.Errors(spec).Select(error => error.Field));

    public static TheoryData<string, ExperimentSpec> Nulls => new()
    {
        { "measure", new() { Measure = null! } },
        { "protocols", new() { Protocols = null! } },
        { "services", new() { Services = null! } },
        { "dataPlanes", new() { DataPlanes = null! } },
        { "positions", new() { Positions = null! } },
        { "measure", new() { Measure = ["grpc", null!] } },
        { "protocols", new() { Protocols = ["udp", "tcp", null!] } },
        { "rttMode", new() { RttMode = null! } },
        { "rttPacing", new() { RttPacing = null! } },
        { "connection", new() { Connection = null! } },
    };

    [Fact]
    public void Every_list_may_be_null_at_once() => Assert.Equal(
        ["dataPlanes", "measure", "positions", "protocols", "services"],
        ExperimentSpecValidator.Errors(
            new() { DataPlanes = null!, Positions = null!, Measure = null!, Protocols = null!, Services = null! })
            .Select(error => error.Field).Order());

    [Fact]
    public void Every_list_may_be_empty_at_once() => Assert.Equal(
        ["dataPlanes", "measure", "positions", "protocols", "services"],
        ExperimentSpecValidator.Errors(
            new() { DataPlanes = [], Positions = [], Measure = [], Protocols = [], Services = [] })
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

    private static void AssertRefused(ExperimentSpec spec, string field, string message)
    {
        FieldError error = Assert.Single(ExperimentSpecValidator.Errors(spec));
        Assert.Equal((field, message), (error.Field, error.Message));
    }
}
