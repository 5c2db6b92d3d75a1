using System.Globalization;
using System.Text;
using System.Text.Json;
using Plumbline.Store.Storage;
using RabbitMQ.Client;

namespace Plumbline.Pipeline.Tests;

/// <summary>Every message in the queue of requests is answered and does no harm.</summary>
[Trait("Category", "Kernel")]
public sealed class Request_specs(PipelineFixture fixture) : IClassFixture<PipelineFixture>
{
    private const int Seed = 20_260;
    private const int Hostile = 1_000;
    private const long MostMemoryKb = 300 * 1024;

    /// <summary>Longest answer, in bytes. An answer must not repeat a long request.</summary>
    private const int LongestAnswer = 64 * 1024;

    private const int GoodTrials = 1 + 1 + 1;

    private const string Good =
        """
        {"services": [2], "dataPlanes": ["nftables"], "positions": ["last"], "measure": ["one-way"], "builds": 1,
         "trials": 1,
         "packets": 50}
        """;

    [Theory]
    [InlineData("""{"spec": {"services": [0], "trials": 0}}""", "services[0]", "trials")]
    [InlineData("""{"spec": {"services": "many"}}""", "services")]
    [InlineData("""{"spec": {"nonsense": 1}}""", "nonsense")]
    [InlineData("nonsense", "")]
    [InlineData("", "")]
    public async Task A_wrong_request_is_refused_by_field(string body, params string[] fields)
    {
        Pipeline pipeline = await fixture.GetAsync();

        JsonElement answer = await pipeline.RequestAsync(body);

        Assert.False(answer.GetProperty("accepted").GetBoolean());
        Assert.Equal(fields, Fields(answer));
    }

    [Fact]
    public async Task A_thousand_hostile_requests_are_refused_by_field_and_a_good_one_is_accepted_after_them()
    {
        Pipeline pipeline = await fixture.GetAsync();
        int[] processes = [.. pipeline.Workers.Values.Select(worker => worker.ProcessId)];
        int experiments = await pipeline.CountAsync("scheduler_experiment");
        HostileRequest[] requests = [.. HostileRequests.Draw(Seed, Hostile)];

        IReadOnlyDictionary<int, byte[]> answers = await AskAsync(pipeline, requests);

        string[] wrong = [.. requests.Index().Where(each => !IsRefused(
            each.Item, answers.GetValueOrDefault(each.Index)))
            .Select(each => $"{each.Item} → {Shown(answers.GetValueOrDefault(each.Index))}")];
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {Hostile}:\n{string.Join('\n', wrong)}\n{pipeline.Logs()}");
        await Ending.AssertNothingLeftAsync(pipeline, new Dictionary<string, int>());
        Assert.Equal(
            (experiments, 0),
            (await pipeline.CountAsync("scheduler_experiment"), await pipeline.CountAsync("experiment")));
        Assert.InRange(PeakMemoryKb(pipeline.Workers["scheduler"].ProcessId), 1, MostMemoryKb);
        await pipeline.AssertCompleteAsync(await pipeline.RequestExperimentAsync(Good), GoodTrials);
        Assert.Equal(processes, pipeline.Workers.Values.Select(worker => worker.ProcessId));
    }

    [Theory]
    [InlineData("no-such-queue")]
    [InlineData("amq.rabbitmq.reply-to.nobody")]
    public async Task A_request_that_cannot_be_answered_does_not_block_later_ones(string replyTo)
    {
        Pipeline pipeline = await fixture.GetAsync();

        await PublishAsync(pipeline, replyTo);

        Assert.False((await pipeline.RequestAsync("nonsense")).GetProperty("accepted").GetBoolean());
    }

    private static async Task PublishAsync(Pipeline pipeline, string replyTo)
    {
        await using IConnection connection = await pipeline.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync(
            "", Pipeline.Requests, mandatory: true, new BasicProperties { ReplyTo = replyTo }, "nonsense"u8.ToArray());
    }

    /// <summary>Publishes all requests at once. Returns the answers once half a minute passes without one.</summary>
    private static async Task<IReadOnlyDictionary<int, byte[]>> AskAsync(
        Pipeline pipeline, IReadOnlyList<HostileRequest> requests)
    {
        await using IConnection connection = await pipeline.ConnectAsync();
        await using IChannel channel = await connection.CreateChannelAsync();
        string replies = (await channel.QueueDeclareAsync()).QueueName;
        foreach ((int index, HostileRequest request) in requests.Index())
        {
            BasicProperties properties =
                new() { ReplyTo = replies, CorrelationId = index.ToString(CultureInfo.InvariantCulture) };
            await channel.BasicPublishAsync("", Pipeline.Requests, mandatory: true, properties, request.Body);
        }

        Dictionary<int, byte[]> answers = [];
        long deadline = Environment.TickCount64 + 30_000;
        while (answers.Count < requests.Count && Environment.TickCount64 < deadline)
        {
            if (await channel.BasicGetAsync(replies, autoAck: true) is { } reply)
            {
                int number = int.Parse(reply.BasicProperties.CorrelationId!, CultureInfo.InvariantCulture);
                answers[number] = reply.Body.ToArray();
                deadline = Environment.TickCount64 + 30_000;
            }
            else
            {
                await Task.Delay(5);
            }
        }

        return answers;
    }

    private static bool IsRefused(HostileRequest request, byte[]? body)
    {
        if (body is null || body.Length > LongestAnswer)
        {
            return false;
        }

        JsonElement answer = JsonSerializer.Deserialize<JsonElement>(body);
        string[] fields = [.. Fields(answer)];
        return !answer.GetProperty("accepted").GetBoolean()
            && (request.Field is { } field
                ? fields.Any(each => each == field || each.StartsWith($"{field}[", StringComparison.Ordinal))
                : fields.Length > 0);
    }

    private static string Shown(byte[]? answer) =>
        answer is null ? "no answer" : Encoding.UTF8.GetString(answer.AsSpan(0, Math.Min(answer.Length, 300)));

    private static IEnumerable<string> Fields(JsonElement answer) =>
        answer.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!);

    private static long PeakMemoryKb(int processId)
    {
        string line = File.ReadLines($"/proc/{processId}/status").First(each => each.StartsWith(
            "VmHWM:", StringComparison.Ordinal));
        return long.Parse(
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2].Trim('\t'), CultureInfo.InvariantCulture);
    }
}
