using System.Text;
using System.Text.Json;
using Plumbline.Contracts;
using Plumbline.Store.Storage;
using RabbitMQ.Client;

namespace Plumbline.Pipeline.Tests;

/// <summary>Repeated, reordered and foreign messages do not disturb an experiment.</summary>
[Trait("Category", "Kernel")]
public sealed class Delivery_specs
{
    private const int Trials = (2 + 2) * 2 * 2;

    private const string Experiment =
        """
        {"services": [30], "dataPlanes": ["iptables-nft", "nftables"], "positions": ["last"], "builds": 1, "trials": 2,
         "packets": 300}
        """;

    private const string EnvelopeType = "application/vnd.masstransit+json";

    /// <summary>Seeds of the delays. PLUMBLINE_ALL_FAULTS=1 tries more orders of the messages.</summary>
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, AllFaults.Asked ? 10 : 1)];

    /// <summary>A command or event that each worker takes, to imitate it.</summary>
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
    public async Task Messages_that_come_twice_and_in_another_order_do_not_disturb_the_experiment(int seed)
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        await using Repeater repeater = await Repeater.StartAsync(pipeline, seed);

        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForEndAsync(id);
        await repeater.StopAsync();

        await pipeline.AssertCompleteAsync(id, Trials);
        Assert.Empty(pipeline.Load(id).Attempts.Where(attempt => attempt.Flags.Contains(TrialFlag.NotFirstPackets))
            .Select(attempt =>
                $"trial {attempt.Trial.Key.Trial}, attempt {attempt.Trial.Key.Attempt}: "
                + string.Join("; ", attempt.Remarks)));
        Assert.True(repeater.Messages > Trials * 4, $"only {repeater.Messages} messages came through the repeater");
    }

    [Fact]
    public async Task Unreadable_messages_are_parked_and_do_not_disturb_the_experiment()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        int[] processes = [.. pipeline.Workers.Values.Select(worker => worker.ProcessId)];
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForTrialsAsync(id, 2);

        await PoisonAsync(pipeline);

        int unreadable = Unreadable("").Count;
        await pipeline.AssertCompleteAsync(id, Trials, Worker.All
            .SelectMany(worker => new[]
            {
                KeyValuePair.Create($"{worker}_error", unreadable),
                KeyValuePair.Create($"{worker}_skipped", 1),
            })
            .ToDictionary());
        Assert.Equal(processes, pipeline.Workers.Values.Select(worker => worker.ProcessId));
    }

    [Fact]
    public async Task A_restarted_worker_drops_a_trial_of_an_ended_experiment()
    {
        await using Pipeline pipeline = await Pipeline.StartAsync();
        Guid id = await pipeline.RequestExperimentAsync(Experiment);
        await pipeline.WaitForEndAsync(id);
        await pipeline.KillAndRestartAsync("node-probe");

        MeasureTrial last = pipeline.Load(id).Attempts[^1].Trial;
        await PublishAsync(pipeline, "node-probe", Envelope(nameof(MeasureTrial), last));

        await pipeline.AssertCompleteAsync(id, Trials);
        Assert.Contains($"does not exist: experiment {id} has ended", pipeline.Logs(), StringComparison.Ordinal);
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

    /// <summary>Bytes that are not a message, and envelopes of this message with wrong contents.</summary>
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
