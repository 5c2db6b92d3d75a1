using System.Runtime.CompilerServices;
using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Histograms;
using static Plumbline.Bpf.BtfLayout;

namespace Plumbline.Probing;

/// <summary>A histogram as the kernel counts it, one for each CPU (struct stage_hist of bpf/hist.h).</summary>
internal unsafe struct KernelHistogram
{
    public ulong Count;
    public ulong SumNs;
    public ulong MinNsComplement;
    public ulong MaxNs;
    public ulong Overflow;
    public BucketCounts Buckets;

    [InlineArray(BucketLayout.BucketCount)]
    public struct BucketCounts
    {
        private ulong _first;
    }

    /// <summary>Reads one histogram of a map, all CPUs together.</summary>
    public static NamedHistogram Read(BpfMap map, uint key, string name)
    {
        KernelHistogram[] cpus = map.ReadPerCpu<KernelHistogram>(key);
        List<HistogramBucket> buckets = [];
        for (int index = 0; index < BucketLayout.BucketCount; index++)
        {
            long count = 0;
            for (int cpu = 0; cpu < cpus.Length; cpu++)
            {
                count += (long)cpus[cpu].Buckets[index];
            }

            if (count > 0)
            {
                buckets.Add(new HistogramBucket(index, count));
            }
        }

        return new NamedHistogram
        {
            Name = name,
            LayoutVersion = BucketLayout.Version,
            Count = cpus.Sum(cpu => (long)cpu.Count),
            SumNs = cpus.Sum(cpu => (long)cpu.SumNs),
            MinNs = cpus.Where(cpu => cpu.Count > 0).Select(cpu => (long)~cpu.MinNsComplement).DefaultIfEmpty(0).Min(),
            MaxNs = cpus.Max(cpu => (long)cpu.MaxNs),
            Overflow = cpus.Sum(cpu => (long)cpu.Overflow),
            Buckets = buckets,
        };
    }

    /// <exception cref="BpfException">The BPF object was built for another version of this program.</exception>
    public static void Verify(BtfLayout layout)
    {
        KernelHistogram hist = default;
        layout.Require("stage_hist", sizeof(KernelHistogram), new Dictionary<string, int>
        {
            ["count"] = Offset(ref hist, ref hist.Count),
            ["sum_ns"] = Offset(ref hist, ref hist.SumNs),
            ["min_ns_complement"] = Offset(ref hist, ref hist.MinNsComplement),
            ["max_ns"] = Offset(ref hist, ref hist.MaxNs),
            ["overflow"] = Offset(ref hist, ref hist.Overflow),
            ["buckets"] = Offset(ref hist, ref hist.Buckets[0]),
        });
    }
}
