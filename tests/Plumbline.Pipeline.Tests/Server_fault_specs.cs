using RabbitMQ.Client;

namespace Plumbline.Pipeline.Tests;

/// <summary>
/// An experiment completes although the broker, the database or the network fails and comes back. With
/// PLUMBLINE_ALL_FAULTS=1 every worker is cut off, silently and by resets.
/// </summary>
[Trait("Category", "Kernel")]
public sealed class Server_fault_specs
{
    private const int Trials = (2 + 2) * 2 * 2;

    private const string Experiment =
        """
        {"services": [30], "dataPlanes": ["iptables-nft", "nftables"], "positions": ["last"], "builds": 1, "trials": 2,
         "packets": 500}
        """;

    /// <summary>Heartbeat of new connections. Broker and client give up after about two of them.</summary>
    private const int ShortHeartbeatSeconds = 3;

    private const int UsualHeartbeatSeconds = 60;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    public static TheoryData<string, Cut> Cuts => [.. AllFaults.Asked
        ? from worker in Worker.All from cut in Enum.GetValues<Cut>() select (worker, cut)
        : [("node-probe", Cut.Silent)]];

    /// <summary>How often, and for how many seconds, the database is down.</summary>
    public static TheoryData<int, int> Crashes => [.. AllFaults.Asked ? [(1, 10), (2, 0), (12, 0)] : new[] { (1, 10) }];

    [Fact]
    public async Task A_broker_that_dies_and_comes_back_does_not_disturb_the_experiment()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForTrialsAsync(id, Trials / 3);

        await pipeline.Broker.RestartAsync();

        await pipeline.AssertCompleteAsync(id, Trials);
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task A_database_that_is_down_for_seconds_does_not_disturb_the_experiment(
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
    public async Task A_worker_that_loses_and_regains_the_broker_does_not_disturb_the_experiment(
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

    /// <summary>Waits until the broker gave the worker up and its messages are back in the queue.</summary>
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
