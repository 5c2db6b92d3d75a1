using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Tests;

/// <summary>Small experiments with planted figures, recorded and loaded again.</summary>
internal static class CompareExperiments
{
    public static readonly DataPlane[] DataPlanes = [Planes.IptablesNft, Planes.Nftables];

    /// <param name="factor">Multiplies each trial's latencies.</param>
    /// <param name="spread">How much builds differ from each other, as a share.</param>
    /// <param name="builds">Of each number of Services, with a trial of each cell in each.</param>
    /// <param name="controlNs">What control packets take; null where the experiment has none.</param>
    public static ExperimentResults Record(
        Messages messages,
        Func<DataPlane, double>? factor = null,
        double spread = 0.01,
        int builds = 7,
        int[]? services = null,
        int seed = 1,
        double? controlNs = null)
    {
        using ResultsFile file = new();
        using ResultsStore store = file.Open();
        Random random = new(seed);
        int trial = 0;
        int[] sizes = services ?? [100, 10_000];
        store.RecordStarted(messages.Built(builds, services: sizes));
        store.RecordMachine(messages.Node());
        for (int size = 0; size < sizes.Length; size++)
        {
            foreach (DataPlane dataPlane in DataPlanes)
            {
                for (int build = 0; build < builds; build++)
                {
                    double middle =
                        2_000 * (factor?.Invoke(dataPlane) ?? 1) * (1 + spread * (2 * random.NextDouble() - 1));
                    store.RecordTrial(messages.Trial(
                        1 + build * sizes.Length + size,
                        trial,
                        dataPlane,
                        sizes[size],
                        Position.Last,
                        Messages.Around(middle, trial + 100 * seed)).WithControl(controlNs));
                    trial++;
                }
            }
        }

        return store.Load(messages.ExperimentId);
    }
}
