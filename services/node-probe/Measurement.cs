using Plumbline.Contracts;
using Plumbline.NodeProbe.Probes;
using Plumbline.NodeProbe.Traffic;

namespace Plumbline.NodeProbe;

/// <summary>What generator and probe saw of one trial.</summary>
internal sealed record Measurement
{
    /// <summary>Nothing was sent.</summary>
    public static readonly Measurement None = new() { Cpu = 0, AskedPps = 0, Run = null, Reading = null, StealNs = 0, ProbeCost = null };

    public required int Cpu { get; init; }

    public required double AskedPps { get; init; }

    public required GeneratorRun? Run { get; init; }

    public required StageReading? Reading { get; init; }

    public required long StealNs { get; init; }

    public required (double RunNs, double RunsPerPacket)? ProbeCost { get; init; }

    public TrialCounts Counts()
    {
        long sent = Run?.Sent ?? 0;
        return new TrialCounts
        {
            Sent = sent,
            SendErrors = Run?.Errors ?? 0,
            Arrived = Reading?.Arrived ?? 0,
            Measured = Reading?.Histograms.FirstOrDefault(each => each.Stage == Stage.Total)?.Count ?? 0,
            FirstPackets = Reading?.First ?? 0,
            NotFirstPackets = Reading?.NotFirst ?? 0,
            Untracked = Reading?.Untracked ?? 0,
            Translated = Reading?.Translated ?? 0,
            LostByReason = Reading?.LostByReason ?? new Dictionary<string, long>(),
            Unaccounted = sent - (Reading?.Left ?? 0) - (Reading?.Lost ?? 0),
        };
    }
}
