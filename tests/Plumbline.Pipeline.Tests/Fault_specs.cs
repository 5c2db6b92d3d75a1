using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Linux;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// Whatever worker dies, an experiment completes with exactly the planned trials, and nothing is left. With
/// PLUMBLINE_ALL_FAULTS=1 every worker dies at every stage, which takes many minutes.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Fault_specs
{
    private const int Trials = (2 + 2) * 2 * 2;

    private const string Experiment =
        """
        {"services": [30], "dataPlanes": ["iptables-legacy", "nftables"], "positions": ["last"], "builds": 1,
         "trials": 2,
         "packets": 500}
        """;

    private const int LargeTrials = 1 + 2;

    private const string Large =
        """
        {"services": [5000], "dataPlanes": ["iptables-nft"], "positions": ["last"], "measure": ["one-way"],
         "builds": 1, "trials": 1, "packets": 200}
        """;

    /// <summary>Messages that start a stage: scaling, measuring, storing, removing, recording the end.</summary>
    private static readonly string[] s_stages =
    [
        nameof(ScaleStep), nameof(MeasureTrial), nameof(TrialMeasured), nameof(RemoveServices),
        nameof(ExperimentCompleted),
    ];

    /// <summary>Each worker, before the first trial is stored, while measuring, and near the end.</summary>
    public static TheoryData<string, int> Kills => [.. AllFaults.Asked
        ? from worker in Worker.All from afterTrials in (int[])[0, Trials / 3, Trials - 2] select (worker, afterTrials)
        : [("node-probe", Trials / 3)]];

    /// <summary>Each worker, right after the message that starts a stage.</summary>
    public static TheoryData<string, string> KillsAtStages => [.. AllFaults.Asked
        ? from worker in Worker.All from stage in s_stages select (worker, stage)
        : [("service-scaler", nameof(RemoveServices))]];

    [Theory]
    [MemberData(nameof(Kills))]
    public async Task A_killed_and_restarted_worker_does_not_disturb_the_experiment(
        string worker, int afterTrials)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForTrialsAsync(id, afterTrials);

        await pipeline.KillAndRestartAsync(worker);

        await pipeline.AssertCompleteAsync(id, Trials);
    }

    [Fact]
    public async Task All_workers_killed_one_after_the_other_do_not_disturb_the_experiment()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);

        foreach ((int index, string worker) in Worker.All.Index())
        {
            await pipeline.WaitForTrialsAsync(id, 2 * (index + 1));
            await pipeline.KillAndRestartAsync(worker);
        }

        await pipeline.AssertCompleteAsync(id, Trials);
    }

    [Theory]
    [MemberData(nameof(KillsAtStages))]
    public async Task A_worker_killed_at_the_start_of_a_stage_does_not_disturb_the_experiment(
        string worker, string message)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id;
        // The watch's own queue also gets later messages. It must be gone before the test lists queues.
        await using (MessageWatch watch = await MessageWatch.StartAsync(pipeline, message))
        {
            id = await pipeline.RequestExperimentAsync(Experiment);
            await watch.WaitAsync();
            await pipeline.KillAndRestartAsync(worker);
        }

        await pipeline.AssertCompleteAsync(id, Trials);
    }

    [Fact]
    public async Task A_service_scaler_killed_while_its_tool_writes_5000_Services_writes_them_again()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Large);
        await WaitForToolAsync(LabNode.Of(id, Planes.IptablesNft), "iptables-nft-restore");

        await pipeline.KillAndRestartAsync("service-scaler");

        await pipeline.AssertCompleteAsync(id, LargeTrials);
    }

    /// <summary>Waits until the tool runs in the node's namespace.</summary>
    private static async Task WaitForToolAsync(LabNode node, string tool)
    {
        long deadline = Environment.TickCount64 + 120_000;
        while (!await RunsAsync(node.Node, tool))
        {
            Assert.True(Environment.TickCount64 < deadline, $"{tool} was not seen in {node.Node}");
        }
    }

    private static async Task<bool> RunsAsync(NetworkNamespace where, string tool)
    {
        if (!where.Exists)
        {
            return false;
        }

        string processes = await Tool.RunAsync(NetworkNamespace.Own, "ip", ["netns", "pids", where.Name!]);
        return processes.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Any(id => CommandLine(id).Contains(tool, StringComparison.Ordinal));
    }

    private static string CommandLine(string processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline");
        }
        catch (IOException)
        {
            // The process has ended.
            return "";
        }
    }
}
