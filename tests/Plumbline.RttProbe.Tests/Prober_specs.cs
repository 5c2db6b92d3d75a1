using Plumbline.RttProbe.Raw;
using Plumbline.Trials.Sending;

namespace Plumbline.RttProbe.Tests;

public sealed class Prober_specs
{
    private static readonly ProbePlan s_plan = new()
    {
        First = 0,
        Count = 100,
        Pacing = Pacing.OpenLoop,
        RatePps = 10_000,
        Timeout = TimeSpan.FromMilliseconds(1),
    };

    [Fact]
    public void In_open_loop_packets_leave_by_the_schedule_though_none_is_answered()
    {
        using SimulatedChannel channel = new(_ => null);

        ProbeRun run = Run(channel, s_plan);

        Assert.Equal(Enumerable.Range(0, 100), channel.Sent.Select(each => each.Probe));
        long first = channel.Sent[0].AtNs;
        Assert.All(
            channel.Sent.Select((each, i) => each.AtNs - first - (long)DueTimes.Ns(i, 100_000)),
            lateNs => Assert.InRange(lateNs, -5_000, 5_000));
        Assert.Equal((100, 0), (run.Answers.Lost, run.Answers.Answered));
        Assert.InRange(run.Send.AchievedRatePps, 9_900, 10_200);
    }

    [Fact]
    public void In_ping_pong_each_packet_waits_for_the_answer_to_the_one_before()
    {
        using SimulatedChannel channel = new(_ => 40_000);

        ProbeRun run = Run(channel, s_plan with { Pacing = Pacing.PingPong });

        Assert.All(
            channel.Sent.Zip(channel.Sent.Skip(1)),
            pair => Assert.InRange(pair.Second.AtNs - pair.First.AtNs, 40_000, 60_000));
        Assert.Equal(100, run.Answers.Answered);
        Assert.All(run.KernelNs, ns => Assert.Equal(40_000, ns));
    }

    [Fact]
    public void In_ping_pong_a_lost_packet_delays_the_next_by_its_timeout_and_no_longer()
    {
        using SimulatedChannel channel = new(probe => probe == 5 ? null : 40_000);

        ProbeRun run = Run(channel, s_plan with { Pacing = Pacing.PingPong, Count = 10 });

        Assert.InRange(channel.Sent[6].AtNs - channel.Sent[5].AtNs, 1_000_000, 1_010_000);
        Assert.Equal((9, 1), (run.Answers.Answered, run.Answers.Lost));
    }

    [Fact]
    public void In_ping_pong_a_silent_target_soon_ends_the_run()
    {
        using SimulatedChannel channel = new(_ => null);

        ProbeRun run = Run(channel, s_plan with { Pacing = Pacing.PingPong, Count = 1_000_000 });

        Assert.Equal(Prober.MostTimeoutsInARow, run.Send.Sent);
    }

    [Fact]
    public void Answers_after_their_timeout_are_late_and_never_in_the_figures()
    {
        using SimulatedChannel channel = new(probe => probe % 10 == 0 ? 1_500_000 : 40_000);

        ProbeRun run = Run(channel, s_plan);

        Assert.Equal((90, 10, 0), (run.Answers.Answered, run.Answers.Late, run.Answers.Lost));
        Assert.All(run.KernelNs, ns => Assert.Equal(40_000, ns));
    }

    [Fact]
    public void In_open_loop_a_slow_endpoint_delays_no_packet()
    {
        using SimulatedChannel channel = new(_ => 900_000);

        ProbeRun run = Run(channel, s_plan);

        Assert.Equal(100, run.Answers.Answered);
        Assert.InRange(run.Send.AchievedRatePps, 9_900, 10_200);
    }

    [Fact]
    public void Lateness_against_the_schedule_is_recorded_when_the_rate_is_too_high()
    {
        using SimulatedChannel channel = new(_ => 40_000);

        ProbeRun run = Run(channel, s_plan with { RatePps = 1_000_000 });

        Assert.True(run.Send.Lateness.P99Ns > 100_000, $"{run.Send.Lateness}");
        Assert.Equal(100, run.Send.Sent);
    }

    [Fact]
    public void A_run_sends_no_more_after_its_duration()
    {
        using SimulatedChannel channel = new(_ => 40_000);

        ProbeRun run = Run(channel, s_plan with { Count = 100_000, MaxDuration = TimeSpan.FromMilliseconds(2) });

        Assert.InRange(run.Send.Sent, 19, 21);
        Assert.Equal(run.Send.Sent, run.Answers.Answered);
    }

    [Fact]
    public void Packets_that_the_kernel_refuses_are_errors_and_not_losses()
    {
        using SimulatedChannel channel = new(_ => 40_000) { Refusal = 101 };

        ProbeRun run = Run(channel, s_plan);

        Assert.Equal((0, 100, 101), (run.Send.Sent, run.Send.Errors, run.Errno));
        Assert.Equal(0, run.Answers.Lost);
    }

    [Fact]
    public void Late_answers_to_the_warm_up_do_not_count_in_the_next_run()
    {
        using SimulatedChannel channel = new(probe => probe < 10 ? 5_000_000 : 40_000);
        Prober prober = new(channel, channel);
        prober.Run(s_plan with { Count = 10 }, CancellationToken.None);

        ProbeRun run = prober.Run(s_plan with { First = 10, Count = 100 }, CancellationToken.None);

        Assert.Equal((100, 0, 0), (run.Answers.Answered, run.Answers.Stray, run.Answers.Duplicates));
    }

    [Fact]
    public void A_cancelled_run_ends_at_once_and_still_adds_up()
    {
        using SimulatedChannel channel = new(_ => null);
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        ProbeRun run = new Prober(channel, channel).Run(s_plan, cancelled.Token);

        Assert.Equal(0, run.Send.Sent);
    }

    private static ProbeRun Run(SimulatedChannel channel, ProbePlan plan)
    {
        ProbeRun run = new Prober(channel, channel).Run(plan, TestContext.Current.CancellationToken);
        Assert.Equal(run.Send.Sent, run.Answers.Answered + run.Answers.Lost + run.Answers.Late);
        return run;
    }
}
