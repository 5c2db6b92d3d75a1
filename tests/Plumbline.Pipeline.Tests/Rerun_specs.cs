using System.Text.Json;
using Dapper;
using Npgsql;
using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Store;
using Plumbline.Store.Storage;

namespace Plumbline.Pipeline.Tests;

/// <summary>Reruns, cancels and status requests in plain JSON.</summary>
[Trait("Category", "Kernel")]
public sealed class Rerun_specs(PipelineFixture fixture) : IClassFixture<PipelineFixture>
{
    private const string Small =
        """
        {"services": [20], "dataPlanes": ["nftables"], "positions": ["last"], "builds": 1, "trials": 2, "packets": 200}
        """;

    /// <summary>The step with Services. Steps 0 and 2 are the baselines.</summary>
    private const int Step = 1;

    [Theory]
    [InlineData(RerunStage.OneWay, Measure.OneWay)]
    [InlineData(RerunStage.RoundTrip, Measure.RoundTrip)]
    public async Task A_rerun_repeats_a_steps_trials_of_one_measure_and_replaces_them(
        RerunStage stage, Measure measure)
    {
        Pipeline pipeline = await fixture.GetAsync();
        Guid id = await fixture.GetEndedAsync(Small);
        ExperimentResults before = pipeline.Load(id);

        await RerunAsync(pipeline, id, stage);

        ExperimentResults after = pipeline.Load(id);
        Assert.Equal(ExperimentOutcome.Completed, after.Reruns[^1].Outcome);
        AttemptResult[] again = [.. after.Attempts.Where(attempt => before.Attempts.All(
            earlier => earlier.Trial.Key != attempt.Trial.Key))];
        Assert.NotEmpty(again);
        Assert.All(again, attempt => Assert.Equal((Step, measure), (attempt.Trial.Key.Step, attempt.Trial.Measure)));
        Assert.Equal(before.Attempts.Count, after.Attempts.Count - again.Length);
        Assert.Subset(
            after.AcceptedAttempts().Select(attempt => attempt.Trial.Key).ToHashSet(),
            again.Where(attempt => attempt.Accepted).Select(attempt => attempt.Trial.Key).ToHashSet());
        Assert.Superset(
            before.AcceptedAttempts().Select(attempt => attempt.Trial.Key.Trial).ToHashSet(),
            after.AcceptedAttempts().Select(attempt => attempt.Trial.Key.Trial).ToHashSet());
        await Ending.AssertNothingLeftAsync(pipeline, new Dictionary<string, int>());
    }

    [Fact]
    public async Task A_rerun_programs_a_steps_rules_again_and_records_both_times()
    {
        Pipeline pipeline = await fixture.GetAsync();
        Guid id = await fixture.GetEndedAsync(Small);

        await RerunAsync(pipeline, id, RerunStage.Scale);

        await using NpgsqlConnection connection = new(pipeline.ConnectionString);
        int run = pipeline.Load(id).Reruns[^1].Run;
        IEnumerable<long> recorded = await connection.QueryAsync<long>(
            "SELECT run FROM step WHERE experiment_id = @id AND step = @Step", new { id = id.ToString(), Step });
        Assert.Superset(new HashSet<long> { 0, run }, recorded.ToHashSet());
        Assert.Equal(run, Assert.Single(pipeline.Load(id).Steps, step => step.Step == Step).Run);
        Assert.Empty(LabNetwork.List(id));
    }

    [Fact]
    public async Task A_rerun_recomputes_percentiles_from_the_stored_histograms()
    {
        Pipeline pipeline = await fixture.GetAsync();
        Guid id = await fixture.GetEndedAsync(Small);
        double?[] right = MediansOf(pipeline.Load(id));
        await using NpgsqlConnection connection = new(pipeline.ConnectionString);
        await connection.ExecuteAsync(
            "UPDATE latency SET p50_ns = 1 WHERE experiment_id = @id AND step = @Step",
            new { id = id.ToString(), Step });
        Assert.DoesNotContain(MediansOf(pipeline.Load(id)), median => right.Contains(median) && median is not null);

        await RerunAsync(pipeline, id, RerunStage.Aggregate);

        Assert.Equal(right, MediansOf(pipeline.Load(id)));
    }

    [Fact]
    public async Task An_impossible_rerun_is_refused_by_field()
    {
        Pipeline pipeline = await fixture.GetAsync();
        Guid id = await fixture.GetEndedAsync(Small);

        int reruns = pipeline.Load(id).Reruns.Count;

        Assert.Equal("experimentId", await RefusedFieldAsync(pipeline, Guid.NewGuid(), Step, "rtt"));
        Assert.Equal("step", await RefusedFieldAsync(pipeline, id, 3, "rtt"));
        Assert.Equal("stage", await RefusedFieldAsync(pipeline, id, Step, "grpc"));
        Assert.Equal("rerun.stage", await RefusedFieldAsync(pipeline, id, Step, "everything"));
        Assert.Equal(reruns, pipeline.Load(id).Reruns.Count);
    }

    [Fact]
    public async Task A_step_of_a_cancelled_experiment_can_be_measured_again()
    {
        Pipeline pipeline = await fixture.GetAsync();
        Guid id = await pipeline.RequestExperimentAsync(
            """
            {"services": [20], "dataPlanes": ["nftables"], "positions": ["last"], "builds": 1, "trials": 50,
             "packets": 500}
            """);
        await pipeline.WaitForTrialsAsync(id, 3);
        string prefix = id.ToString("N")[..12];
        JsonElement answer = await pipeline.RequestAsync($$$"""{"status": {"experimentId": "{{{prefix}}}"}}""");
        JsonElement status = answer.GetProperty("experiments")[0];
        Assert.Equal("measuring", status.GetProperty("progress").GetProperty("phase").GetString());

        JsonElement cancelled = await pipeline.RequestAsync($$$"""{"cancel": {"experimentId": "{{{id}}}"}}""");

        Assert.True(cancelled.GetProperty("accepted").GetBoolean());
        Assert.Equal("cancelled", await pipeline.WaitForEndAsync(id));
        await Ending.AssertNothingLeftAsync(pipeline, new Dictionary<string, int>());
        JsonElement again = await pipeline.RequestAsync($$$"""{"cancel": {"experimentId": "{{{id}}}"}}""");
        Assert.False(again.GetProperty("accepted").GetBoolean());

        await RerunAsync(pipeline, id, RerunStage.Scale);
        Assert.Equal(ExperimentOutcome.Completed, Assert.Single(pipeline.Load(id).Reruns).Outcome);
    }

    private static async Task RerunAsync(Pipeline pipeline, Guid id, RerunStage stage)
    {
        int run = pipeline.Load(id).Reruns.Count + 1;
        JsonElement answer = await RequestAsync(pipeline, id, Step, stage.WireName());
        Assert.True(answer.GetProperty("accepted").GetBoolean(), answer.ToString());
        await pipeline.WaitForRowsAsync("SELECT count(*) FROM rerun_end WHERE experiment_id = @id", id, run);
    }

    private static async Task<string?> RefusedFieldAsync(Pipeline pipeline, Guid id, int step, string stage)
    {
        JsonElement answer = await RequestAsync(pipeline, id, step, stage);
        Assert.False(answer.GetProperty("accepted").GetBoolean());
        return Assert.Single(answer.GetProperty("errors").EnumerateArray().ToList()).GetProperty("field").GetString();
    }

    private static Task<JsonElement> RequestAsync(Pipeline pipeline, Guid id, int step, string stage) =>
        pipeline.RequestAsync(
            $$$"""{"rerun": {"experimentId": "{{{id}}}", "step": {{{step}}}, "stage": "{{{stage}}}"}}""");

    private static double?[] MediansOf(ExperimentResults results) =>
    [
        .. results.Attempts
            .Where(attempt => attempt.Trial.Key.Step == Step)
            .SelectMany(attempt => attempt.Latencies)
            .Select(latency => latency.P50Ns),
    ];
}
