using Plumbline.Lab;
using Plumbline.Results;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// Whatever dies, an experiment ends complete, with exactly the trials planned and none twice, or failed with a reason; and
/// nothing is left behind.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Fault_specs
{
    private const int Trials = (3 + 2) * 2 * 4;

    private const string Experiment =
        """{"services": [30], "dataPlanes": ["iptables-legacy", "iptables-nft", "nftables"], "positions": ["last"], "trials": 4, "packets": 500}""";

    /// <summary>
    /// Each worker in the midst of measuring; with PLUMBLINE_ALL_FAULTS=1 also before the first step is there, and towards the end,
    /// which takes minutes more.
    /// </summary>
    public static TheoryData<string, int> Kills
    {
        get
        {
            bool isAll = Environment.GetEnvironmentVariable("PLUMBLINE_ALL_FAULTS") == "1";
            TheoryData<string, int> kills = [];
            foreach (string worker in Worker.All)
            {
                foreach (int afterTrials in isAll ? (int[])[0, 12, Trials - 2] : [12])
                {
                    kills.Add(worker, afterTrials);
                }
            }

            return kills;
        }
    }

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task A_worker_that_is_killed_and_comes_back_costs_the_experiment_nothing(string worker, int afterTrials)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await WaitForTrialsAsync(pipeline, id, afterTrials);

        await pipeline.KillAndRestartAsync(worker);

        await AssertCompleteAsync(pipeline, id);
    }

    [Fact]
    public async Task A_broker_that_dies_and_comes_back_costs_the_experiment_nothing()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await WaitForTrialsAsync(pipeline, id, 10);

        await pipeline.Broker.RestartAsync();

        await AssertCompleteAsync(pipeline, id);
    }

    private static async Task WaitForTrialsAsync(Pipeline pipeline, Guid id, int trials)
    {
        long deadline = Environment.TickCount64 + 240_000;
        while (await pipeline.CountTrialsAsync(id) < trials)
        {
            Assert.True(Environment.TickCount64 < deadline, pipeline.Logs());
            await Task.Delay(20);
        }
    }

    private static async Task AssertCompleteAsync(Pipeline pipeline, Guid id)
    {
        string state = await pipeline.WaitForEndAsync(id, seconds: 300);

        Assert.True(state == "completed", $"{state}\n{pipeline.Logs()}");
        ExperimentResults results = pipeline.Load(id);
        Assert.Equal(Enumerable.Range(0, Trials), results.Attempts.Select(attempt => attempt.Trial.Key.Trial).Distinct().Order());
        Assert.Equal(results.Attempts.Count, results.Attempts.Select(attempt => (attempt.Trial.Key.Trial, attempt.Trial.Key.Attempt)).Distinct().Count());
        Assert.Empty(LabNetwork.List(id));
    }
}
