using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Store;

namespace Plumbline.Pipeline.Tests;

/// <summary>Separate processes, a real broker, a real database, the real kernel.</summary>
[Trait("Category", "Kernel")]
public sealed class Experiment_specs
{
    private const string Small = """
        {"services": [20], "dataPlanes": ["nftables", "iptables-nft"], "positions": ["last"], "builds": 1, "trials": 2,
         "packets": 200}
        """;

    [Fact]
    public async Task An_experiment_published_as_plain_JSON_is_measured_stored_and_leaves_nothing()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();

        Guid id = await pipeline.RequestExperimentAsync(Small);
        string state = await pipeline.WaitForEndAsync(id);

        Assert.True(state == "completed", pipeline.Logs());
        ExperimentResults results = pipeline.Load(id);
        const int cells = 2 + 2;
        const int probes = 2;
        Assert.Equal(
            cells * probes * 2, results.Attempts.Select(attempt => attempt.Trial.Key.Trial).Distinct().Count());
        Assert.Equal(
            [Measure.OneWay, Measure.RoundTrip],
            results.Attempts.Select(attempt => attempt.Trial.Measure).Distinct().Order());
        Assert.NotNull(results.Machine);
        Assert.Empty(LabNetwork.List(id));
    }

    [Fact]
    public async Task Two_experiments_are_measured_one_after_the_other()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();

        Guid first = await pipeline.RequestExperimentAsync(Small);
        Guid second = await pipeline.RequestExperimentAsync(Small);

        Assert.Equal("completed", await pipeline.WaitForEndAsync(first));
        Assert.Equal("completed", await pipeline.WaitForEndAsync(second));
        DateTimeOffset endOfFirst = pipeline.Load(first).Attempts.Max(attempt => attempt.Conditions.StartedAt);
        DateTimeOffset startOfSecond = pipeline.Load(second).Attempts.Min(attempt => attempt.Conditions.StartedAt);
        Assert.True(startOfSecond > endOfFirst, "they overlap");
    }

    [Fact]
    public async Task Workers_stop_cleanly_on_SIGTERM()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();

        foreach (Worker worker in pipeline.Workers.Values)
        {
            Assert.Equal(0, await worker.StopAsync());
        }
    }
}
