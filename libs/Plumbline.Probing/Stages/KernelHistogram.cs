using Plumbline.Bpf;
using Plumbline.Contracts;
using Plumbline.Histograms;

namespace Plumbline.Trials.Probes;

/// <summary>A histogram that the kernel has counted (struct stage_hist), all CPUs together.</summary>
internal sealed record KernelHistogram(long Count, long SumNs, long MinNs, long MaxNs, long Overflow, IReadOnlyList<HistogramBucket> Buckets)
{
    public static KernelHistogram Read(BpfMap map, uint key)
    {
        StageProbeLayout.Hist[] cpus = map.ReadPerCpu<StageProbeLayout.Hist>(key);
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

        return new KernelHistogram(
            cpus.Sum(cpu => (long)cpu.Count),
            cpus.Sum(cpu => (long)cpu.SumNs),
            cpus.Where(cpu => cpu.Count > 0).Select(cpu => (long)~cpu.MinNsComplement).DefaultIfEmpty(0).Min(),
            cpus.Max(cpu => (long)cpu.MaxNs),
            cpus.Sum(cpu => (long)cpu.Overflow),
            buckets);
    }

    public NamedHistogram Named(string name) => new()
    {
        Name = name,
        LayoutVersion = BucketLayout.Version,
        Count = Count,
        SumNs = SumNs,
        MinNs = MinNs,
        MaxNs = MaxNs,
        Overflow = Overflow,
        Buckets = Buckets,
    };
}
