using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Tests;

/// <summary>Small experiments with planted figures, recorded and loaded again.</summary>
internal static class CompareExperiments
{
    public static readonly DataPlane[] DataPlanes = [Planes.IptablesNft, Planes.Nftables];

    /// <param name="factor">Multiplies each trial's latencies.</param>
    /// <param name="spread">How much trials differ from each other, as a share.</param>
    public static ExperimentResults Record(
        Messages messages,
        Func<DataPlane, double>? factor = null,
        double spread = 0.01,
        int trials = 7,
        int[]? services = null,
        int seed = 1)
    {
        using ResultsFile file = new();
        using ResultsStore store = file.Open();
        Random random = new(seed);
        int trial = 0;
        store.RecordStarted(messages.Started());
        store.RecordMachine(messages.Node());
        foreach (int each in services ?? [100, 10_000])
        {
            foreach (DataPlane dataPlane in DataPlanes)
            {
                for (int repetition = 0; repetition < trials; repetition++)
                {
                    double middle =
                        2_000 * (factor?.Invoke(dataPlane) ?? 1) * (1 + spread * (2 * random.NextDouble() - 1));
                    store.RecordTrial(messages.Trial(
                        1, trial, dataPlane, each, Position.Last, Messages.Around(middle, trial + 100 * seed)));
                    trial++;
                }
            }
        }

        return store.Load(messages.ExperimentId);
    }
}
