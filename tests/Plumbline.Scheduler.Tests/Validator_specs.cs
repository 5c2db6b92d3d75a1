using CsCheck;

namespace Plumbline.Scheduler.Tests;

public sealed class Validator_specs
{
    [Fact]
    public void The_defaults_are_right() => Assert.Empty(ExperimentSpecValidator.Errors(new ExperimentSpec()));

    public static TheoryData<ExperimentSpec, string> Wrong => new()
    {
        { new() { Name = "" }, "name" },
        { new() { Name = new string('x', 101) }, "name" },
        { new() { Name = null! }, "name" },
        { new() { DataPlanes = ["ipvs"] }, "dataPlanes" },
        { new() { DataPlanes = [] }, "dataPlanes" },
        { new() { DataPlanes = null! }, "dataPlanes" },
        { new() { DataPlanes = ["nftables", "nftables"] }, "dataPlanes" },
        { new() { DataPlanes = [null!] }, "dataPlanes" },
        { new() { Timing = [] }, "timing" },
        { new() { Timing = null! }, "timing" },
        { new() { Timing = ["fentry"] }, "timing" },
        { new() { Timing = ["stage", "stage"] }, "timing" },
        { new() { Timing = ["function"], Measure = ["rtt"] }, "timing" },
        { new() { Services = [0] }, "services[0]" },
        { new() { Services = [1, 2_000_000] }, "services[1]" },
        { new() { Services = [] }, "services" },
        { new() { Services = null! }, "services" },
        { new() { Services = [5, 5] }, "services" },
        { new() { Positions = ["None"] }, "positions" },
        { new() { Positions = ["none"] }, "positions" },
        { new() { Positions = [] }, "positions" },
        { new() { Builds = 0 }, "builds" },
        { new() { Builds = int.MaxValue }, "builds" },
        { new() { Trials = 0 }, "trials" },
        { new() { Trials = int.MaxValue }, "trials" },
        { new() { Packets = 0 }, "packets" },
        { new() { Packets = int.MaxValue }, "packets" },
        { new() { Packets = 10_000_000, Trials = 1_000 }, "packets" },
        { new() { WarmupPackets = -1 }, "warmupPackets" },
        { new() { RatePps = -1 }, "ratePps" },
        { new() { RatePps = 0 }, "ratePps" },
        { new() { NftablesDialect = "1.30" }, "nftablesDialect" },
        { new() { NftablesDialect = null! }, "nftablesDialect" },
        { new() { EndpointsPerService = 0 }, "endpointsPerService" },
        { new() { EndpointsPerService = 1_000, Services = [100_000] }, "endpointsPerService" },
        { new() { Generator = "pktgen" }, "generator" },
        { new() { MaxAttempts = 0 }, "maxAttempts" },
        { new() { Seed = -2 }, "seed" },
        { new() { Seed = 1L << 32 }, "seed" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_field_is_named_as_in_YAML(ExperimentSpec spec, string field) =>
        Assert.Contains(field, ExperimentSpecValidator.Errors(spec).Select(error => error.Field));

    [Fact]
    public void Every_wrong_field_is_named_at_once()
    {
        ExperimentSpec spec = new() { Trials = 0, RatePps = -1, Positions = ["x"], NftablesDialect = "y" };

        Assert.Equal(["nftablesDialect", "positions", "ratePps", "trials"],
            ExperimentSpecValidator.Errors(spec).Select(error => error.Field).Order());
    }

    [Fact]
    public void No_absurd_number_makes_the_validator_throw() =>
        Gen.Select(Gen.Int.Array[12], Gen.Long, Gen.Int.Array[0, 4]).Sample(
        (numbers, seed, services) => ExperimentSpecValidator.Errors(new ExperimentSpec
        {
            Trials = numbers[0],
            Packets = numbers[1],
            WarmupPackets = numbers[2],
            RatePps = numbers[3],
            EndpointsPerService = numbers[4],
            MaxAttempts = numbers[5],
            PortsPerService = numbers[6],
            TimeoutMs = numbers[7],
            Requests = numbers[8],
            Rps = numbers[9],
            WorkUs = numbers[10],
            Builds = numbers[11],
            Seed = seed,
            Services = services,
        }));
}
