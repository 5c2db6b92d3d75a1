using Plumbline.RttProbe.Raw;

namespace Plumbline.RttProbe.Tests;

public sealed class Probe_ledger_specs
{
    private const long TimeoutNs = 1_000_000;
    private const long WallClock = 1_795_000_000_000_000_000;

    [Fact]
    public void An_answer_in_time_is_timed_by_the_kernel_and_by_the_program()
    {
        ProbeLedger ledger = Sent(1);

        ledger.RecordTransmitted(0, WallClock + 500);
        ledger.RecordAnswer(0, WallClock + 20_500, nowNs: 1_000 + 26_000);

        (AnswerCounts counts, long[] kernelNs, long[] userSpaceNs) = ledger.Read();
        Assert.Equal(1, counts.Answered);
        Assert.Equal([20_000], kernelNs);
        Assert.Equal([26_000], userSpaceNs);
    }

    [Fact]
    public void Every_packet_is_answered_lost_or_late()
    {
        ProbeLedger ledger = Sent(5);
        Answer(ledger, 0, afterNs: 10_000);
        Answer(ledger, 1, afterNs: TimeoutNs);
        Answer(ledger, 2, afterNs: TimeoutNs + 1);
        ledger.RecordRefused(3);

        (AnswerCounts counts, long[] kernelNs, _) = ledger.Read();

        Assert.Equal((2, 1, 1), (counts.Answered, counts.Late, counts.Lost));
        Assert.Equal(2, kernelNs.Length);
        Assert.Equal(1, ledger.Refusals);
    }

    [Fact]
    public void A_second_answer_is_a_duplicate_and_changes_no_latency()
    {
        ProbeLedger ledger = Sent(1);
        Answer(ledger, 0, afterNs: 10_000);
        Answer(ledger, 0, afterNs: 90_000);

        (AnswerCounts counts, long[] kernelNs, _) = ledger.Read();

        Assert.Equal((1, 1), (counts.Answered, counts.Duplicates));
        Assert.Equal([10_000], kernelNs);
    }

    [Fact]
    public void A_packet_that_answers_nothing_is_counted_apart()
    {
        ProbeLedger ledger = Sent(1);

        ledger.RecordAnswer(ProbeStamp.Stray, WallClock, 5_000);

        AnswerCounts counts = ledger.Read().Counts;
        Assert.Equal((1, 0, 1), (counts.Stray, counts.Answered, counts.Lost));
    }

    [Fact]
    public void A_late_answer_to_an_earlier_run_or_to_an_unsent_packet_does_not_count()
    {
        ProbeLedger ledger = new(count: 3, TimeoutNs);
        ledger.RecordSent(0, 1_000);

        ledger.RecordAnswer(2, WallClock, 5_000);
        ledger.RecordAnswer(int.MaxValue, WallClock, 5_000);

        AnswerCounts counts = ledger.Read().Counts;
        Assert.Equal((0, 0, 1), (counts.Stray, counts.Answered, counts.Lost));
    }

    [Fact]
    public void A_pause_of_the_program_makes_no_answer_late()
    {
        ProbeLedger ledger = Sent(1);
        ledger.RecordTransmitted(0, WallClock);
        ledger.RecordAnswer(0, WallClock + 20_000, nowNs: 1_000 + (50 * TimeoutNs));

        (AnswerCounts counts, long[] kernelNs, _) = ledger.Read();

        Assert.Equal((1, 0), (counts.Answered, counts.Late));
        Assert.Equal([20_000], kernelNs);
    }

    [Theory]
    [InlineData(0, WallClock)]
    [InlineData(WallClock, 0)]
    [InlineData(WallClock, WallClock - 1)]
    [InlineData(WallClock, WallClock + 60_000)]
    public void Missing_or_impossible_timestamps_are_not_believed(long transmitted, long arrived)
    {
        // The wall clock was set back, or forward, between the two: by the monotonic clock it all took 30 µs.
        ProbeLedger ledger = Sent(1);
        ledger.RecordTransmitted(0, transmitted);
        ledger.RecordAnswer(0, arrived, nowNs: 1_000 + 30_000);

        (AnswerCounts counts, long[] kernelNs, long[] userSpaceNs) = ledger.Read();

        Assert.Equal((1, 1), (counts.Answered, counts.Untimed));
        Assert.Empty(kernelNs);
        Assert.Empty(userSpaceNs);
    }

    private static ProbeLedger Sent(int count)
    {
        ProbeLedger ledger = new(count, TimeoutNs);
        for (int probe = 0; probe < count; probe++)
        {
            ledger.RecordSent(probe, 1_000);
        }

        return ledger;
    }

    private static void Answer(ProbeLedger ledger, int probe, long afterNs)
    {
        ledger.RecordTransmitted(probe, WallClock);
        ledger.RecordAnswer(probe, WallClock + afterNs, 1_000 + afterNs + 5_000);
    }
}
