using System.Text.Json;
using CsCheck;

namespace Plumbline.Scheduler.Tests;

public sealed class Field_specs
{
    private static readonly ExperimentSpec s_allBad = new()
    {
        Name = "",
        DataPlanes = ["ipvs"],
        Nodes = ["node-1", "node-1"],
        ProxyModes = ["ipvs"],
        Measure = ["ping"],
        Timing = ["fentry"],
        Services = [],
        Positions = ["middle"],
        Builds = 0,
        Trials = 0,
        Packets = 0,
        WarmupPackets = -1,
        RatePps = -20_000,
        Generator = "hping3",
        Seed = -1,
        NftablesDialect = "1.20",
        EndpointsPerService = 0,
        PortsPerService = 0,
        RttPacing = "flood",
        TimeoutMs = 0,
        Requests = 0,
        Rps = 0,
        Connection = "pooled",
        WorkUs = -1,
        MaxAttempts = 0,
    };

    public static TheoryData<string, string> BadFields => new()
    {
        { "nodes[0]", """{ "nodes": [""] }""" },
        { "nodes[0]", """{ "nodes": ["worker_1"] }""" },
        { "nodes", """{ "nodes": ["worker-1", "worker-1"] }""" },
        { "allowProxyReconfiguration", """{ "allowProxyReconfiguration": true }""" },
        { "proxyModes", """{ "nodes": ["worker-1"], "proxyModes": ["nftables"], "dataPlanes": ["nftables"] }""" },
        {
            "nodes",
            """{ "proxyModes": ["nftables"], "allowProxyReconfiguration": true, "dataPlanes": ["nftables"] }"""
        },
        { "name", """{ "name": "" }""" },
        { "name", """{ "name": null }""" },
        { "name", """{ "name": "   " }""" },
        { "name", $$"""{ "name": "{{new string('x', 101)}}" }""" },
        { "dataPlanes", """{ "dataPlanes": ["ipvs"] }""" },
        { "dataPlanes", """{ "dataPlanes": ["nftables", "Nftables"] }""" },
        { "dataPlanes", """{ "dataPlanes": ["no-rules"] }""" },
        { "dataPlanes", """{ "dataPlanes": ["nftables", "nftables"] }""" },
        { "dataPlanes", """{ "dataPlanes": [null] }""" },
        { "dataPlanes", """{ "dataPlanes": [] }""" },
        { "dataPlanes", """{ "dataPlanes": null }""" },
        { "positions", """{ "positions": ["middle"] }""" },
        { "positions", """{ "positions": ["none"] }""" },
        { "positions", """{ "positions": ["last", "last"] }""" },
        { "positions", """{ "positions": [] }""" },
        { "positions", """{ "positions": null }""" },
        { "protocol", """{ "protocol": ["udp", "sctp"] }""" },
        { "protocol", """{ "protocol": ["udp"] }""" },
        { "protocol", """{ "protocol": ["tcp"], "tcpShare": [100, 0] }""" },
        { "protocol", """{ "protocol": ["tcp", "tcp"] }""" },
        { "protocol", """{ "protocol": [] }""" },
        { "protocol", """{ "protocol": null }""" },
        { "cache", """{ "cache": ["hot"] }""" },
        { "cache", """{ "cache": [] }""" },
        { "cache", """{ "cache": "cold" }""" },
        { "tcpShare", """{ "tcpShare": [101] }""" },
        { "tcpShare", """{ "tcpShare": ["half"] }""" },
        { "tcpShare", """{ "tcpShare": [50, 50] }""" },
        { "tcpShare", """{ "tcpShare": 50 }""" },
        { "protocols", """{ "protocols": ["tcp"] }""" },
        { "rttMode", """{ "rttMode": "tcp-syn" }""" },
        { "generator", """{ "generator": "pktgen" }""" },
        { "generator", """{ "generator": "hping3" }""" },
        { "generator", """{ "generator": null }""" },
        { "nftablesDialect", """{ "nftablesDialect": "1.20" }""" },
        { "nftablesDialect", """{ "nftablesDialect": null }""" },
        { "services", """{ "services": [] }""" },
        { "services", """{ "services": null }""" },
        { "services", """{ "services": [100, 100] }""" },
        { "services[0]", """{ "services": [0] }""" },
        { "services[0]", """{ "services": [-1] }""" },
        { "services[0]", """{ "services": [100001] }""" },
        { "services[1]", """{ "services": [100, 2000000] }""" },
        { "builds", """{ "builds": 0 }""" },
        { "builds", """{ "builds": 101 }""" },
        { "trials", """{ "trials": 0 }""" },
        { "trials", """{ "trials": 1001 }""" },
        { "packets", """{ "packets": 0 }""" },
        { "packets", """{ "packets": 10000001 }""" },
        { "packets", """{ "packets": 10000000, "trials": 1000 }""" },
        { "packets", """{ "packets": 100000, "builds": 100 }""" },
        { "warmupPackets", """{ "warmupPackets": -1 }""" },
        { "ratePps", """{ "ratePps": -20000 }""" },
        { "ratePps", """{ "ratePps": 0 }""" },
        { "ratePps", """{ "ratePps": 1000001 }""" },
        { "endpointsPerService", """{ "endpointsPerService": 0 }""" },
        { "endpointsPerService", """{ "endpointsPerService": 1001 }""" },
        { "endpointsPerService", """{ "endpointsPerService": 11, "services": [2, 100000] }""" },
        { "maxAttempts", """{ "maxAttempts": 0 }""" },
        { "maxAttempts", """{ "maxAttempts": 101 }""" },
        { "measure", """{ "measure": ["ping"] }""" },
        { "measure", """{ "measure": ["rtt", "RTT"] }""" },
        { "measure", """{ "measure": ["rtt", "rtt"] }""" },
        { "measure", """{ "measure": [null] }""" },
        { "measure", """{ "measure": [] }""" },
        { "measure", """{ "measure": null }""" },
        { "portsPerService", """{ "portsPerService": 0 }""" },
        { "portsPerService", """{ "portsPerService": 501, "nodes": ["node-a"], "services": [100] }""" },
        { "rttPacing", """{ "rttPacing": "flood" }""" },
        { "rttPacing", """{ "rttPacing": null }""" },
        { "connection", """{ "connection": "pooled" }""" },
        { "connection", """{ "connection": null }""" },
        { "timeoutMs", """{ "timeoutMs": 0 }""" },
        { "timeoutMs", """{ "timeoutMs": -1 }""" },
        { "timeoutMs", """{ "timeoutMs": 60001 }""" },
        { "requests", """{ "requests": 0 }""" },
        { "requests", """{ "requests": 100001 }""" },
        { "requests", """{ "requests": -1, "measure": ["grpc"] }""" },
        { "rps", """{ "rps": 0 }""" },
        { "rps", """{ "rps": 100001 }""" },
        { "workUs", """{ "workUs": -1 }""" },
        { "workUs", """{ "workUs": 10000001, "timeoutMs": 60000 }""" },
        { "workUs", """{ "workUs": 2000000 }""" },
        { "workUs", """{ "workUs": 10000, "timeoutMs": 1 }""" },
    };

    public static TheoryData<string> NumberFields =>
    [
        "builds", "trials", "packets", "warmupPackets", "ratePps", "endpointsPerService", "maxAttempts",
        "portsPerService", "timeoutMs", "requests", "rps", "workUs",
    ];

    [Theory]
    [MemberData(nameof(BadFields))]
    public void Only_the_bad_field_is_named(string field, string json) =>
        Assert.Equal([field], ExperimentSpecValidator.Errors(Read(json)).Select(error => error.Field));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{ "services": [2, 100000], "trials": 1, "warmupPackets": 0, "ratePps": 1, "maxAttempts": 1 }""")]
    [InlineData("""{ "protocol": ["udp", "tcp"], "tcpShare": [50], "nftablesDialect": "1.35", "seed": 2147483647 }""")]
    [InlineData("""{ "services": [100000], "endpointsPerService": 10 }""")]
    [InlineData("""{ "services": [20, 60], "portsPerService": 500, "nodes": ["node-a", "node-b.example"] }""")]
    public void A_specification_within_its_bounds_is_accepted(string json) =>
        Assert.Empty(ExperimentSpecValidator.Errors(Read(json)));

    [Fact]
    public void Every_valid_specification_can_be_planned() => Specs.Valid.Sample(spec =>
    {
        Assert.Empty(ExperimentSpecValidator.Errors(spec));
        Assert.True(Specs.Plan(spec).TrialCount > 0);
    });

    [Fact]
    public void All_bad_fields_are_named_at_once()
    {
        IEnumerable<string> everyField = typeof(ExperimentSpec).GetProperties()
            .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name))
            .Except(["keepRaw", "allowProxyReconfiguration", "others"]);

        Assert.Equal(everyField.Order(), ExperimentSpecValidator.Errors(s_allBad).Select(error => error.Field).Order());
    }

    [Fact]
    public void All_null_fields_are_named_at_once() => Assert.Equal(
        ["connection", "dataPlanes", "measure", "name", "nftablesDialect", "nodes", "positions", "proxyModes",
            "rttPacing", "services", "timing"],
        ExperimentSpecValidator.Errors(Read(
            """
            {
              "name": null, "dataPlanes": null, "measure": null, "timing": null, "services": null, "positions": null,
              "nftablesDialect": null, "rttPacing": null, "connection": null, "nodes": null, "proxyModes": null
            }
            """))
            .Select(error => error.Field).Order());

    [Theory]
    [InlineData("""{ "dataPlanes": ["ipvs"] }""", "'ipvs' is not one of iptables-legacy, iptables-nft, nftables")]
    [InlineData("""{ "services": [0] }""", "0 is not between 1 and 100,000")]
    [InlineData("""{ "ratePps": -5 }""", "-5 is not between 1 and 1,000,000")]
    [InlineData("""{ "nftablesDialect": "1.20" }""", "'1.20' is not one of 1.36, 1.35")]
    public void The_message_names_the_wrong_value_and_the_right_ones(string json, string message) =>
        Assert.Equal([message], ExperimentSpecValidator.Errors(Read(json)).Select(error => error.Message));

    [Theory]
    [MemberData(nameof(NumberFields))]
    public void An_absurdly_large_number_is_refused_by_its_own_field_alone(string field) =>
        Assert.Equal([field], ExperimentSpecValidator.Errors(Read($$"""{ "{{field}}": {{int.MaxValue}} }"""))
            .Select(error => error.Field));

    [Theory]
    [MemberData(nameof(NumberFields))]
    public void An_absurdly_small_number_is_refused_by_its_own_field_alone(string field) =>
        Assert.Equal([field], ExperimentSpecValidator.Errors(Read($$"""{ "{{field}}": {{int.MinValue}} }"""))
            .Select(error => error.Field));

    [Fact]
    public void Absurd_numbers_in_every_field_at_once_are_all_refused() => Assert.Superset(
        new HashSet<string>(["services[0]", "seed", .. NumberFields.Select(field => field.Data)]),
        ExperimentSpecValidator.Errors(new ExperimentSpec
        {
            Services = [int.MaxValue],
            Builds = int.MaxValue,
            Trials = int.MaxValue,
            Packets = int.MaxValue,
            WarmupPackets = int.MaxValue,
            RatePps = int.MaxValue,
            EndpointsPerService = int.MaxValue,
            MaxAttempts = int.MaxValue,
            Seed = long.MaxValue,
            PortsPerService = int.MaxValue,
            TimeoutMs = int.MaxValue,
            Requests = int.MaxValue,
            Rps = int.MaxValue,
            WorkUs = int.MaxValue,
        }).Select(error => error.Field).ToHashSet());

    [Fact]
    public void An_accepted_specification_never_needs_more_flows_than_there_are() => Gen.Select(
        Gen.Int[1, ExperimentLimits.MaxPackets], Gen.Int[1, ExperimentLimits.MaxBuilds],
        Gen.Int[1, ExperimentLimits.MaxTrials], Gen.Int[1, 100]).Sample(
        (packets, builds, trials, attempts) =>
        {
            ExperimentSpec spec = new() { Packets = packets, Builds = builds, Trials = trials, MaxAttempts = attempts };
            decimal each = (36m * builds * trials) + (2 * Math.Max(builds, trials));
            bool tooMany = 2 * each * attempts * (packets + 200 + 1_000) > 32_765m * 64_512;

            Assert.Equal(tooMany ? ["packets"] : [], ExperimentSpecValidator.Errors(spec).Select(error => error.Field));
        });

    private static ExperimentSpec Read(string json) =>
        JsonSerializer.Deserialize<ExperimentSpec>(json, JsonSerializerOptions.Web)!;
}
