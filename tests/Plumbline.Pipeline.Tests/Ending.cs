using Plumbline.Contracts;
using Plumbline.Paths.Lab;
using Plumbline.Store;

namespace Plumbline.Pipeline.Tests;

/// <summary>What must be true of a pipeline after an experiment, whatever happened to it meanwhile.</summary>
internal static class Ending
{
    /// <summary>
    /// The experiment has completed with every trial planned, none counted twice, and none given up for repeats of it alone (their
    /// packets are not first ones); nothing of it is left in the kernel or in a queue; nothing was parked but what is expected to be.
    /// </summary>
    /// <param name="trials">Planned.</param>
    /// <param name="parked">Messages expected in queues whose names end with _error or _skipped.</param>
    public static async Task AssertCompleteAsync(
        this Pipeline pipeline, Guid experimentId, int trials, IReadOnlyDictionary<string, int>? parked = null)
    {
        string state = await pipeline.WaitForEndAsync(experimentId, seconds: 300);

        Assert.True(state == "completed", $"{state}\n{pipeline.Logs()}");
        await AssertNothingLeftAsync(pipeline, parked ?? new Dictionary<string, int>());
        ExperimentResults results = pipeline.Load(experimentId);
        Assert.Equal(
            Enumerable.Range(0, trials),
            results.Attempts.Select(attempt => attempt.Trial.Key.Trial).Distinct().Order());
        Assert.Equal(
            results.Attempts.Count,
            results.Attempts.Select(attempt => (attempt.Trial.Key.Trial, attempt.Trial.Key.Attempt)).Distinct().Count());
        int[] counted = [.. results.AcceptedAttempts().Select(attempt => attempt.Trial.Key.Trial)];
        Assert.Equal(counted.Distinct(), counted);
        Assert.All(
            results.Attempts.GroupBy(attempt => attempt.Trial.Key.Trial).Where(trial => !counted.Contains(trial.Key)),
            trial => Assert.Contains(trial, attempt => attempt.Flags.Any(flag => flag != TrialFlag.NotFirstPackets)));
        (int accepted, int givenUp) = await pipeline.ReadTalliesAsync(experimentId);
        Assert.Equal((counted.Length, trials - counted.Length), (accepted, givenUp));
    }

    /// <summary>Messages that came late are worked on first.</summary>
    public static async Task AssertNothingLeftAsync(Pipeline pipeline, IReadOnlyDictionary<string, int> parked)
    {
        long deadline = Environment.TickCount64 + 30_000;
        IReadOnlyDictionary<string, int> queues;
        do
        {
            queues = await pipeline.ListQueuesAsync();
        }
        while (Worker.All.Append(Pipeline.Requests).Any(queue => queues[queue] > 0) && Environment.TickCount64 < deadline);

        Assert.Equal(
            parked.OrderBy(queue => queue.Key),
            queues.Where(queue => queue.Value > 0).OrderBy(queue => queue.Key).ToDictionary());
        Assert.Empty(LabNetwork.List());
        Assert.All(
            pipeline.Workers.Values,
            worker => Assert.False(worker.HasExited, $"{worker.Name} has ended\n{pipeline.Logs()}"));
    }
}
