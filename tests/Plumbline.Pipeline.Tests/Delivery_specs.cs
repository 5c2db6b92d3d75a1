using System.Text;
using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Store.Storage;
using RabbitMQ.Client;

namespace Plumbline.Pipeline.Tests;

/// <summary>What a broker may do with messages, and what others may put into its queues, costs an experiment nothing.</summary>
[Trait("Category", "Kernel")]
public sealed class Delivery_specs
{
    private const int Trials = (2 + 2) * 2 * 2;

    private const string Experiment =
        """{"services": [30], "dataPlanes": ["iptables-nft", "nftables"], "positions": ["last"], "trials": 2, "packets": 300}""";

    private const string EnvelopeType = "application/vnd.masstransit+json";

    /// <summary>Seeds of the delays: with PLUMBLINE_ALL_FAULTS=1 more orders in which messages come.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, AllFaults.Asked ? 10 : 1)];

    /// <summary>A command or event of each worker's, for messages that only look like it.</summary>
    private static readonly Dictionary<string, string> s_messages = new()
    {
        ["scheduler"] = nameof(ServicesScaled),
        ["service-scaler"] = nameof(ScaleStep),
        ["node-probe"] = nameof(MeasureTrial),
        ["rtt-probe"] = nameof(MeasureTrial),
        ["aggregator"] = nameof(TrialMeasured),
    };

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Messages_that_all_come_twice_and_in_another_order_cost_the_experiment_nothing(int seed)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        await using Repeater repeater = await Repeater.StartAsync(pipeline, seed);

        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForEndAsync(id);
        await repeater.StopAsync();

        await pipeline.AssertCompleteAsync(id, Trials);
        Assert.Empty(pipeline.Load(id).Attempts.Where(attempt => attempt.Flags.Contains(TrialFlag.NotFirstPackets))
            .Select(
                attempt => $"trial {attempt.Trial.Key.Trial}, attempt {attempt.Trial.Key.Attempt}: {string.Join("; ", attempt.Remarks)}"));
        Assert.True(repeater.Messages > Trials * 4, $"only {repeater.Messages} messages came through the repeater");
    }

    [Fact]
    public async Task Messages_that_nobody_can_read_are_put_aside_and_cost_the_experiment_nothing()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        int[] processes = [.. pipeline.Workers.Values.Select(worker => worker.ProcessId)];
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForTrialsAsync(id, 2);

        await PoisonAsync(pipeline);

        int unreadable = Unreadable("").Count;
        await pipeline.AssertCompleteAsync(id, Trials, Worker.All
            .SelectMany(
                worker => new[] { KeyValuePair.Create($"{worker}_error", unreadable), KeyValuePair.Create($"{worker}_skipped", 1) })
            .ToDictionary());
        Assert.Equal(processes, pipeline.Workers.Values.Select(worker => worker.ProcessId));
    }

    [Fact]
    public async Task A_trial_that_is_asked_for_again_when_its_experiment_is_over_is_forgotten_by_the_next_life_of_its_probe()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForEndAsync(id);
        await pipeline.KillAndRestartAsync("node-probe");

        MeasureTrial last = pipeline.Load(id).Attempts[^1].Trial;
        await PublishAsync(pipeline, "node-probe", Envelope(nameof(MeasureTrial), last));

        await pipeline.AssertCompleteAsync(id, Trials);
        Assert.Contains($"is not there: experiment {id} has ended", pipeline.Logs(), StringComparison.Ordinal);
    }

    private static async Task PoisonAsync(Pipeline pipeline)
    {
        foreach (string worker in Worker.All)
        {
            await PublishAsync(
                pipeline, worker, [.. Unreadable(s_messages[worker]), Envelope("NobodysMessage", new { Value = 1 })]);
        }
    }

    private static async Task PublishAsync(
        Pipeline pipeline, string queue, params (byte[] Body, string? ContentType)[] messages)
    {
        await using IConnection connection = await pipeline.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        foreach ((byte[] body, string? contentType) in messages)
        {
            BasicProperties properties = new() { ContentType = contentType, DeliveryMode = DeliveryModes.Persistent };
            await channel.BasicPublishAsync("", queue, mandatory: true, properties, body);
        }
    }

    /// <summary>Bytes that are no message, and envelopes of that message whose contents are not what it says.</summary>
    private static List<(byte[] Body, string? ContentType)> Unreadable(string message) =>
    [
        ([], null),
        ([], EnvelopeType),
        ([0xFF, 0x00, 0xC3, 0x28, 0x7B], null),
        (Encoding.UTF8.GetBytes("no JSON"), EnvelopeType),
        (Encoding.UTF8.GetBytes("{\"message\": {"), EnvelopeType),
        (Encoding.UTF8.GetBytes("[]"), EnvelopeType),
        Envelope(message, 5),
        Envelope(message, new { }),
        Envelope(message, new { ExperimentId = "no id", Key = "no key", Trial = 1.5, Services = "many" }),
        Envelope(
            message,
            new { ExperimentId = 5, Key = new { ExperimentId = true }, Trial = Array.Empty<int>(), Step = 1e300 }),
    ];

    private static (byte[] Body, string? ContentType) Envelope(string message, object content) => (
        JsonSerializer.SerializeToUtf8Bytes(new
        {
            messageId = Guid.CreateVersion7(),
            messageType = new[] { $"urn:message:Plumbline.Contracts:{message}" },
            message = content,
        }, JsonSerializerOptions.Web),
        EnvelopeType);
}
