using CsCheck;
using Plumbline.DataPlanes;
using Plumbline.NodeProbe.Traffic.Pktgen;
using Plumbline.Paths;
using Plumbline.Trials;

namespace Plumbline.NodeProbe.Tests;

/// <summary>Texts that pktgen reads and writes. No kernel with pktgen is needed.</summary>
public sealed class Pktgen_text_specs
{
    /// <summary>From Linux 6.1, in the middle of a run.</summary>
    private const string Report = """
        Params: count 1000  min_pkt_size: 60  max_pkt_size: 60
             frags: 0  delay: 100000  clone_skb: 0  ifname: eth0@plumbline
             flows: 0 flowlen: 0
             queue_map_min: 0  queue_map_max: 0
             dst_min: 10.96.0.10  dst_max: 
             src_min: 10.244.128.2  src_max: 10.244.128.2
             udp_src_min: 1024  udp_src_max: 2024  udp_dst_min: 7000  udp_dst_max: 7000
             Flags: 
        Current:
             pkts-sofar: 998  errors: 2
             started: 11820234us  stopped: 11977048us idle: 134810us
             seq_num: 1001  cur_dst_mac_offset: 0  cur_src_mac_offset: 0
        Result: OK: 156813(c22075+d134738) usec, 1000 (60byte,0frags)
          6376pps 3Mb/sec (3060480bps) errors: 2
        """;

    [Fact]
    public void A_report_gives_what_was_sent_and_how_long_it_took() =>
        Assert.Equal(new PktgenReport(998, 2, TimeSpan.FromMicroseconds(156_814), 100_000), PktgenReport.Parse(Report));

    [Theory]
    [InlineData("pkts-sofar: 998")]
    [InlineData("stopped: 11977048us")]
    [InlineData("delay: 100000")]
    public void A_report_without_one_of_its_figures_is_refused(string missing) =>
        Assert.Throws<PktgenException>(() => PktgenReport.Parse(Report.Replace(missing, "", StringComparison.Ordinal)));

    [Fact]
    public void Batches_have_every_flow_once_and_in_order() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 40], Gen.Long[0, 60], Gen.Int[0, 100]).Sample(trial =>
        {
            (int ips, int ports, long firstFlow, int count) = trial;

            // The last ports of all, where a 16-bit number ends.
            FlowSpace sources = new(new IpAddress(0x0AF48002), ips, 65_536 - ports, ports);
            int wanted = (int)Math.Clamp(sources.Flows - firstFlow, 0, count);

            PktgenBatch[] batches = [.. PktgenBatch.Of(sources, firstFlow, wanted)];

            Assert.Equal(
                Enumerable.Range(0, wanted).Select(i => sources.AddressOf(firstFlow + i)),
                from batch in batches
                from port in Enumerable.Range(batch.FirstPort, batch.Count)
                select new FlowAddress(new IpAddress(batch.SourceIp), (ushort)port));
            Assert.All(batches, batch => Assert.True(
                batch.Count == 1 || batch.FirstPort + batch.Count <= ushort.MaxValue,
                $"{batch}: its range must end with a 16-bit number"));
        });

    [Fact]
    public void An_ordinary_trial_is_one_batch() =>
        Assert.Equal(
            [new PktgenBatch(2, 3_024, 2_000)],
            PktgenBatch.Of(new FlowSpace(new IpAddress(1), 10), 64_512 + 2_000, 2_000));

    [Fact]
    public void Consecutive_addresses_are_a_range_in_any_order() =>
        Gen.Select(Gen.UInt[1, 1_000_000], Gen.Int[1, 200], Gen.Int).Sample((first, count, seed) =>
        {
            uint[] row = [.. Enumerable.Range(0, count).Select(i => first + (uint)i)];
            new Random(seed).Shuffle(row);

            Assert.Equal(new AddressRange(first, first + (uint)(count - 1)), AddressRange.Of(row));
        });

    [Fact]
    public void Addresses_with_a_gap_are_not_a_range() => Assert.Null(AddressRange.Of([1, 2, 4]));
}
