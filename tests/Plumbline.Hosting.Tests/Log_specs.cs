using System.Text.Json;
using Npgsql;
using Plumbline.Contracts;

namespace Plumbline.Hosting.Tests;

/// <summary>A message's log lines say which experiment, step and trial they are about.</summary>
public sealed class Log_specs
{
    private static readonly Guid s_id = Guid.Parse("3f0e51a5-6f0e-4f39-9f06-000000000071");

    public static TheoryData<Type> Messages => [.. typeof(MeasureTrial).Assembly.GetExportedTypes().Where(type =>
        (type.GetProperty("ExperimentId") is not null && type != typeof(TrialKey))
        || type.GetProperty("Key")?.PropertyType == typeof(TrialKey))];

    [Fact]
    public async Task Lines_of_a_message_have_its_experiment_step_trial_and_attempt_as_fields()
    {
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        string virtualHost = await broker.CreateVirtualHostAsync();
        WorkerSettings settings = WorkerSettings.For(broker, virtualHost);
        settings["LOGGING__LOGLEVEL__PLUMBLINE"] = "Debug";
        await using Worker worker = settings.Start("rtt-probe");
        await settings.UntilAsync("/readyz", 200, worker);

        // The first is for another worker, so there is nothing to do. The second lacks its settings and fails.
        await MasstransitMessage.SendTrialAsync(broker, virtualHost, s_id, "one-way");
        await MasstransitMessage.SendTrialAsync(broker, virtualHost, s_id, "rtt");
        await WorkerSettings.UntilAsync(() => Task.FromResult(OfTrials(worker).Length == 2), () => worker.Output);

        Assert.Equal(
            ["Debug", "Warning"], OfTrials(worker).Select(line => line.GetProperty("LogLevel").GetString()).Order());
        Assert.All(OfTrials(worker), line =>
        {
            JsonElement scope = line.GetProperty("Scopes").EnumerateArray()
                .Single(each => each.TryGetProperty("ExperimentId", out _));
            Assert.Equal(s_id, scope.GetProperty("ExperimentId").GetGuid());
            string[] fields = ["Step", "Trial", "Attempt"];
            Assert.Equal([3, 14, 2], fields.Select(field => scope.GetProperty(field).GetInt32()));
        });
    }

    [Fact]
    public async Task Each_failed_attempt_at_a_message_is_logged_with_its_reason_and_experiment()
    {
        RabbitMqServer broker = await RabbitMqServer.GetAsync();
        string virtualHost = await broker.CreateVirtualHostAsync();
        using PostgresTestDatabase database = PostgresServer.CreateDatabase();
        NpgsqlConnectionStringBuilder connection = new(database.ConnectionString);
        using Relay relay = new(connection.Host!, connection.Port);
        connection.Port = relay.Port;
        WorkerSettings settings = WorkerSettings.For(broker, virtualHost);
        settings["POSTGRES__CONNECTIONSTRING"] = connection.ConnectionString;
        settings["LOGGING__LOGLEVEL__PLUMBLINE"] = "Debug";
        await using Worker worker = settings.Start("aggregator");
        await settings.UntilAsync("/readyz", 200, worker);

        relay.Cut();
        await MasstransitMessage.SendAsync(broker, virtualHost, "aggregator", nameof(ExperimentCancelled), $$"""
            { "experimentId": "{{s_id}}", "cancelledAt": "2026-01-01T00:00:00Z" }
            """);
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        relay.Join();
        await WorkerSettings.UntilAsync(
            () => Task.FromResult(worker.Output.Contains("\"ExperimentCancelled is done\"", StringComparison.Ordinal)),
            () => worker.Output);

        string[] failures = [.. worker.Output.Split('\n')
            .Where(line => line.Contains("ExperimentCancelled failed: ", StringComparison.Ordinal))];
        Assert.NotEmpty(failures);
        Assert.All(failures, line => Assert.Contains($"\"ExperimentId\":\"{s_id}\"", line, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void The_subject_of_every_message_about_an_experiment_is_found(Type type)
    {
        object message = System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(type);
        type.GetProperty("ExperimentId")?.SetValue(message, s_id);
        type.GetProperty("Step")?.SetValue(message, 3);
        type.GetProperty("Key")?.SetValue(
            message, new TrialKey { ExperimentId = s_id, Step = 3, Trial = 14, Attempt = 2 });

        MessageSubject subject = Assert.IsType<MessageSubject>(MessageSubject.Of(message));

        Assert.Equal(s_id, subject.ExperimentId);
        bool hasStep = type.GetProperty("Step") is not null || type.GetProperty("Key") is not null;
        Assert.Equal(hasStep ? 3 : null, subject.Step);
    }

    [Fact]
    public void A_foreign_message_without_its_required_fields_has_no_subject() => Assert.All(
        (object?[])[null, "text", new MeasureTrialWithout().Message],
        message => Assert.Null(MessageSubject.Of(message)));

    [Fact]
    public void The_trace_has_the_same_fields_as_tags()
    {
        using System.Diagnostics.Activity activity = new("receive");
        new ExperimentScope(new MessageSubject(s_id, 3, 14, 2)).Tag(activity);

        Assert.Equal(
            [
                ("plumbline.attempt", "2"), ("plumbline.experiment_id", s_id.ToString()),
                ("plumbline.step", "3"), ("plumbline.trial", "14"),
            ],
            activity.TagObjects.Select(tag => (tag.Key, $"{tag.Value}")).Order());
    }

    private static JsonElement[] OfTrials(Worker worker) =>
    [
        .. worker.Output.Split('\n')
            .Where(line => line.StartsWith('{'))
            .Select(line => JsonSerializer.Deserialize<JsonElement>(line))
            .Where(line => line.GetProperty("Message").GetString()!
                .StartsWith("MeasureTrial ", StringComparison.Ordinal)),
    ];

    private sealed class MeasureTrialWithout
    {
        public object Message { get; } =
            System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject(typeof(MeasureTrial));
    }
}
