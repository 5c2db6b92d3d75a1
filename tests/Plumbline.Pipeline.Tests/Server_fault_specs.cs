using RabbitMQ.Client;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// The broker, the database and the network between them and the workers go away and come back: an experiment ends complete all
/// the same. With PLUMBLINE_ALL_FAULTS=1 every worker is cut off, in both ways that a network has of it.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Server_fault_specs
{
    private const int Trials = (2 + 2) * 2 * 2;

    private const string Experiment =
        """{"services": [30], "dataPlanes": ["iptables-nft", "nftables"], "positions": ["last"], "trials": 2, "packets": 500}""";

    /// <summary>What broker and client agree on for connections made from now on; both give up after about two of it.</summary>
    private const int ShortHeartbeatSeconds = 3;

    private const int UsualHeartbeatSeconds = 60;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, Cut> Cuts => [.. AllFaults.Asked
        ? from worker in Worker.All from cut in Enum.GetValues<Cut>() select (worker, cut)
        : [("node-probe", Cut.Silent)]];

    /// <summary>How often, and for how many seconds each time.</summary>
    public static TheoryData<int, int> Crashes => [.. AllFaults.Asked ? [(1, 10), (2, 0), (12, 0)] : new[] { (1, 10) }];

    [Fact]
    public async Task A_broker_that_dies_and_comes_back_costs_the_experiment_nothing()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForTrialsAsync(id, Trials / 3);

        await pipeline.Broker.RestartAsync();

        await pipeline.AssertCompleteAsync(id, Trials);
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task A_database_that_crashes_and_is_away_for_seconds_costs_the_experiment_nothing(
        int times, int seconds)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);

        for (int time = 1; time <= times; time++)
        {
            await pipeline.WaitForTrialsAsync(id, time * Trials / (times + 2));
            await PostgresServer.RestartAsync(TimeSpan.FromSeconds(seconds));
        }

        await pipeline.AssertCompleteAsync(id, Trials);
    }

    [Theory]
    [MemberData(nameof(Cuts))]
    public async Task A_worker_that_is_cut_off_from_the_broker_and_reaches_it_again_costs_the_experiment_nothing(
        string worker, Cut cut)
    {
        await SetHeartbeatAsync(ShortHeartbeatSeconds);
        try
        {
            await using Pipeline pipeline = await Pipeline.StartAsync(worker);
            Guid id = await pipeline.RequestExperimentAsync(Experiment);
            await pipeline.WaitForTrialsAsync(id, Trials / 3);

            await pipeline.Proxies[worker].CutAsync(cut, s_patience);
            await WaitUntilMissedAsync(pipeline, worker);
            pipeline.Proxies[worker].Heal();

            await pipeline.AssertCompleteAsync(id, Trials);
        }
        finally
        {
            await SetHeartbeatAsync(UsualHeartbeatSeconds);
        }
    }

    private static async Task SetHeartbeatAsync(int seconds) =>
        await (await RabbitMqServer.GetAsync()).ControlAsync(
            "eval", $"application:set_env(rabbit, heartbeat, {seconds}).");

    /// <summary>Waits until the broker has given the worker up: what it had taken is back in the queue.</summary>
    private static async Task WaitUntilMissedAsync(Pipeline pipeline, string worker)
    {
        await using IConnection connection = await pipeline.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        long deadline = Environment.TickCount64 + (long)s_patience.TotalMilliseconds;
        while ((await channel.QueueDeclarePassiveAsync(worker)).ConsumerCount > 0)
        {
            Assert.True(Environment.TickCount64 < deadline, $"the broker still counts on {worker}");
            await Task.Delay(50);
        }
    }
}
