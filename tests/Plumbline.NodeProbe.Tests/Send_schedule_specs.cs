using CsCheck;
using Plumbline.Trials;
using Plumbline.Trials.Sending;

namespace Plumbline.NodeProbe.Tests;

public sealed class Send_schedule_specs
{
    private const double TenThousandPps = 10_000;
    private const long IntervalNs = 100_000;

    [Fact]
    public void One_packet_becomes_due_in_each_interval()
    {
        SendSchedule schedule = new(TenThousandPps, packets: 3);

        // Packet 1 is due after 1 + 0.618 intervals, packet 2 after 2 + 0.236.
        Assert.Equal((1, 1, 2), (Due(0), Due(161_803), Due(161_804)));
        Assert.Equal((2, 3, 3), (Due(223_606), Due(223_607), Due(900_000)));
        Assert.Equal(1, schedule.DueAt(900_000, most: 1));
        schedule.Record(1, beganNs: 0, returnedNs: 2_000);
        Assert.Equal((0, 1), (Due(161_803), Due(161_804)));
        schedule.Record(2, beganNs: 223_607, returnedNs: 226_000);
        Assert.True(schedule.HasEnded);
        Assert.Equal(0, Due(900_000));

        int Due(long nowNs) => schedule.DueAt(nowNs, most: 64);
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(4_000_000)]
    [InlineData(50_000)]
    [InlineData(10_000_000)]
    public void Packets_meet_every_phase_of_a_tick_equally_often_though_ticks_are_multiples_of_the_interval(
        long tickNs)
    {
        const int packets = 20_000, phases = 10;
        int[] met = new int[phases];
        for (int packet = 0; packet < packets; packet++)
        {
            met[(int)(DueTimes.Ns(packet, 50_000) % tickNs / tickNs * phases)]++;
        }

        Assert.All(met, count => Assert.InRange(count, 0.95 * packets / phases, 1.05 * packets / phases));
    }

    [Fact]
    public void A_packet_sent_alone_is_as_late_as_its_send_began()
    {
        SendSchedule schedule = new(TenThousandPps, packets: 1);

        schedule.Record(1, beganNs: 40, returnedNs: 150_000);

        Assert.Equal(40, schedule.Read().MaxNs);
    }

    [Fact]
    public void The_time_of_a_send_is_a_median_so_that_work_of_others_does_not_inflate_it()
    {
        SendSchedule schedule = new(double.PositiveInfinity, packets: 5);
        foreach (long sendNs in (long[])[2_000, 2_000, 3_000_000, 2_000, 3_000_000])
        {
            schedule.Record(1, 0, sendNs);
        }

        Assert.InRange(schedule.MedianSendNs!.Value, 2_000, 2_002);
    }

    [Fact]
    public void After_a_stall_the_last_packet_of_a_batch_is_as_late_as_the_send_took()
    {
        // A stall of 6.4 ms leaves 64 packets due at once. Each takes 150 µs through the node, so the last leaves at 16
        // ms.
        const long stallNs = 6_400_000, sendNs = 64 * 150_000;
        SendSchedule schedule = new(TenThousandPps, packets: 64);
        Assert.Equal(64, schedule.DueAt(stallNs, most: 100));

        schedule.Record(64, stallNs, stallNs + sendNs);

        Lateness lateness = schedule.Read();
        Assert.InRange(lateness.MaxNs!.Value, stallNs + sendNs - 200_000, stallNs + sendNs);

        // Packet 63 was due just before 6.4 ms, when the send began. The clock before the send would call it not late.
        SendSchedule last = new(TenThousandPps, packets: 64);
        last.Record(1, 0, 0);
        last.Record(63, stallNs, stallNs + sendNs);
        Assert.True(last.Read().P50Ns >= sendNs, "packets of a batch are at least as late as the batch took");
    }

    [Fact]
    public void Lateness_is_never_too_low_whatever_the_batches_and_their_length() => Gen
        .Select(Gen.Int[1, 64].Array[1, 8], Gen.Int[1, 200_000], Gen.Int[0, 5_000_000])
        .Sample((batches, packetNs, stallNs) =>
        {
            SendSchedule schedule = new(TenThousandPps, batches.Sum());
            long now = 0, worst = 0;
            int packet = 0;
            foreach (int batch in batches)
            {
                // The packets of a batch leave one after the other, each after packetNs.
                long began = Math.Max(now + stallNs, (packet + batch) * IntervalNs);
                for (int i = 0; i < batch; i++, packet++)
                {
                    worst = Math.Max(worst, began + ((long)i * packetNs) - (long)DueTimes.Ns(packet, IntervalNs));
                }

                now = began + ((long)batch * packetNs);
                schedule.Record(batch, began, now);
            }

            // The recorder keeps three digits and rounds up.
            Assert.True(schedule.Read().MaxNs >= worst);
        });

    [Fact]
    public void Without_a_rate_packets_are_due_one_at_a_time()
    {
        SendSchedule schedule = new(double.PositiveInfinity, packets: 2);

        Assert.Equal(1, schedule.DueAt(1_000_000, most: 64));
        schedule.Record(1, 1_000_000, 1_000_100);
        Assert.Equal(1, schedule.DueAt(1_000_100, most: 64));
    }
}
