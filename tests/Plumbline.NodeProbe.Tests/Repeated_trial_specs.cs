using Microsoft.Extensions.Logging.Abstractions;
using Plumbline.Paths.Lab;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tests;

/// <summary>A command to measure that arrives twice.</summary>
[Trait("Category", "Kernel")]
public sealed class Repeated_trial_specs
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_gets_the_same_result_and_no_packet_is_sent()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        TrialAnswers answers = new(lab.Runner, NullLogger<TrialAnswers>.Instance);
        MeasureTrial trial = lab.Trial(Measure.OneWay);

        TrialMeasured first = (await answers.AnswerAsync(trial, new OneWayMethod(), Token))!;
        string packets = await SentByClientAsync(lab);
        TrialMeasured? second = await answers.AnswerAsync(trial, new OneWayMethod(), Token);

        Assert.Empty(first.Faults());
        Assert.Same(first, second);
        Assert.Equal(packets, await SentByClientAsync(lab));
    }

    [Fact]
    public async Task One_that_a_later_one_overtook_is_not_measured()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        TrialAnswers answers = new(lab.Runner, NullLogger<TrialAnswers>.Instance);
        MeasureTrial early = lab.Trial(Measure.OneWay);
        Assert.NotNull(await answers.AnswerAsync(lab.Trial(Measure.OneWay), new OneWayMethod(), Token));
        string packets = await SentByClientAsync(lab);

        Assert.Null(await answers.AnswerAsync(early, new OneWayMethod(), Token));

        Assert.Equal(packets, await SentByClientAsync(lab));
    }

    [Fact]
    public async Task Two_workers_do_not_measure_at_once()
    {
        await using LabHarness lab = await LabHarness.CreateAsync(Planes.Nftables, 10);
        TrialAnswers answers = new(lab.Runner, NullLogger<TrialAnswers>.Instance);

        Task<TrialMeasured?> waiting;
        using (await LabLock.TakeAsync(LabLock.MeasuringPath, Token))
        {
            waiting = answers.AnswerAsync(lab.Trial(Measure.OneWay), new OneWayMethod(), Token);
            await Assert.ThrowsAsync<TimeoutException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(1), Token));
        }

        Assert.NotNull(await waiting);
    }

    private static async Task<string> SentByClientAsync(LabHarness lab) =>
        await Linux.Tool.RunAsync(
            lab.Node.Client, "cat", [$"/sys/class/net/{LabNode.ClientDevice}/statistics/tx_packets"], token: Token);
}
