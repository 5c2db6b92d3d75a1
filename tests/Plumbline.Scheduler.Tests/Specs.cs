using Plumbline.DataPlanes;
using System.Text.Json;
using CsCheck;

namespace Plumbline.Scheduler.Tests;

/// <summary>Specifications to plan and run.</summary>
internal static class Specs
{
    /// <summary>12 trials by one measure: 2 baselines with 2 trials, and 2 steps with 2 trials of 2 cells.</summary>
    public static readonly ExperimentSpec Small = new()
    {
        DataPlanes = ["iptables-legacy", "nftables"],
        Measure = ["one-way"],
        Positions = ["last"],
        Services = [10, 100],
        Builds = 1,
        Trials = 2,
        MaxAttempts = 3,
    };

    /// <summary>The first command of every experiment.</summary>
    public static ScaleStep FirstScale =>
        ExperimentFlow.Start(Plan(Small), Life.Start).Messages.OfType<ScaleStep>().Single();

    public static readonly Gen<ExperimentSpec> Valid = Gen.Select(
        Subset(KnownDataPlanes.WithRules.Select(plane => plane.Name.Name)),
        Subset(WireNames.Of<Position>().Except(["none"])),
        Subset(WireNames.Of<Measure>()),
        Gen.Select(Gen.Int[1, 2], Gen.Int[1, 100_000].HashSet[1, 4]),
        Gen.Select(Gen.Int[1, 3], Gen.Int[1, 5]),
        Gen.Int[1, 4],
        Gen.Long[0, int.MaxValue],
        (dataPlanes, positions, measures, ports, repeats, attempts, seed) => new ExperimentSpec
        {
            DataPlanes = dataPlanes,
            Positions = positions,
            Measure = measures,
            Services = [.. ports.Item2],
            PortsPerService = ports.Item1,
            Builds = repeats.Item1,
            Trials = repeats.Item2,
            MaxAttempts = attempts,
            Seed = seed,
        });

    /// <summary>The specification with values of axes that have no property.</summary>
    public static ExperimentSpec With(ExperimentSpec spec, params (Axis Axis, string[] Values)[] axes) => spec with
    {
        Others = axes.ToDictionary(each => each.Axis.Key, each => JsonSerializer.SerializeToElement(each.Values)),
    };

    public static ExperimentPlan Plan(ExperimentSpec spec) =>
        ExperimentPlanner.Plan(Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000001"), spec);

    private static Gen<string[]> Subset(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return Gen.Int[1, (1 << all.Length) - 1].Select(bits => all.Where((_, i) => (bits >> i & 1) == 1).ToArray());
    }
}
