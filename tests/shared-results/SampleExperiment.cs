using Plumbline.Contracts;
using Plumbline.Store;

namespace Plumbline.Tests;

/// <summary>
/// A whole experiment like that of `plumbline lab`, with the figures of the method's own measurement.
/// </summary>
internal static class SampleExperiment
{
    private static readonly int[] s_sizes = [1_000, 100, 10_000];

    private static readonly DataPlane[] s_planes = [Planes.IptablesLegacy, Planes.IptablesNft, Planes.Nftables];

    /// <summary>
    /// Records it with all three measures. One-way, an attempt is flagged, and a whole trial, which is given up. A
    /// round-trip attempt is flagged before it measured anything.
    /// </summary>
    public static Messages Record(ResultsStore store, Messages messages, int trials = 3)
    {
        int trial = 0;
        store.RecordStarted(messages.Started(3 * trials * (2 + s_sizes.Length * 9), s_sizes));
        store.RecordMachine(messages.Node());
        Baseline(0, 400);
        for (int step = 1; step <= s_sizes.Length; step++)
        {
            int services = s_sizes[step - 1];
            store.RecordStep(messages.Scaled(
                step, services, [.. s_planes.Select((each, index) => (each, 90_000L * services / (index + 1)))]));
            for (int repetition = 0; repetition < trials; repetition++)
            {
                foreach (DataPlane dataPlane in s_planes)
                {
                    foreach (Position position in new[] { Position.First, Position.Last, Position.Random })
                    {
                        MeasureOneWay(step, services, dataPlane, position, repetition);
                        MeasureAnswers(step, services, dataPlane, position, repetition);
                    }
                }
            }
        }

        Baseline(s_sizes.Length + 1, 412);
        store.RecordCompleted(messages.Completed());
        return messages;

        void Baseline(int step, double middle)
        {
            DataPlane none = DataPlane.NoRules;
            store.RecordStep(messages.Scaled(step, 0, (none, 0)));
            for (int repetition = 0; repetition < trials; repetition++)
            {
                store.RecordTrial(messages.Trial(
                    step, trial++, none, 0, Position.None, Messages.Around(middle + 4 * repetition, trial)));
                store.RecordTrial(messages.RoundTrip(
                    step, trial++, none, 0, Position.None, Messages.Around(18_000, trial)));
                store.RecordTrial(messages.Grpc(
                    step, trial++, none, 0, Position.None, Messages.Around(240_000, trial, 100)));
            }
        }

        void MeasureOneWay(int step, int services, DataPlane dataPlane, Position position, int repetition)
        {
            IEnumerable<long> values = Messages.Around(Rules(services, dataPlane, position, repetition), trial);
            bool givenUp = step == 1 && repetition == 1 && dataPlane == Planes.Nftables && position == Position.Random;
            bool retried = step == 3 && repetition == 0 && dataPlane == Planes.IptablesNft && position == Position.Last;
            for (int attempt = 1; attempt <= (givenUp ? 3 : 1); attempt++)
            {
                TrialFlag[] flags = givenUp ? [TrialFlag.PacketsLost]
                    : retried ? [TrialFlag.GeneratorBehind, TrialFlag.RulesMoved]
                    : [];
                store.RecordTrial(messages.Trial(step, trial, dataPlane, services, position, values, attempt, flags));
            }

            if (retried)
            {
                store.RecordTrial(messages.Trial(step, trial, dataPlane, services, position, values, attempt: 2));
            }

            trial++;
        }

        void MeasureAnswers(int step, int services, DataPlane dataPlane, Position position, int repetition)
        {
            int attempt = 1;
            if (step == 3 && repetition == 0 && dataPlane == Planes.Nftables && position == Position.First)
            {
                store.RecordTrial(messages.RoundTrip(
                    step, trial, dataPlane, services, position, [], attempt++, TrialFlag.ConntrackFull));
            }

            double rules = Rules(services, dataPlane, position, repetition);
            store.RecordTrial(messages.RoundTrip(
                step, trial++, dataPlane, services, position,
                Messages.Around(18_000, trial).Select(value => value + (long)rules), attempt));
            store.RecordTrial(messages.Grpc(
                step, trial++, dataPlane, services, position, Messages.Around(240_000 + rules, trial, 100)));
        }
    }

    /// <summary>
    /// Records a rerun after it: the one-way trials of step 2, with 100 Services, ten times as slow. Those at the first
    /// rule are flagged.
    /// </summary>
    public static void RecordRerun(ResultsStore store, Messages messages)
    {
        store.RecordRerunStarted(messages.RerunStarted(1, 2, RerunStage.OneWay));
        IEnumerable<AttemptResult> accepted = store.Load(messages.ExperimentId).AcceptedAttempts();
        foreach (MeasureTrial trial in accepted.Select(attempt => attempt.Trial))
        {
            if (trial is { Key.Step: 2, Measure: Measure.OneWay })
            {
                Position position = trial.Cell.Position;
                TrialFlag[] flags = position == Position.First ? [TrialFlag.RulesMoved] : [];
                store.RecordTrial(messages.Trial(
                    2, trial.Key.Trial, trial.Cell.DataPlane, 100, position, Messages.Around(20_000), 4, flags));
            }
        }

        store.RecordRerunEnded(messages.RerunEnded(1));
    }

    /// <summary>What a first packet spends in the rules.</summary>
    private static double Rules(int services, DataPlane dataPlane, Position position, int repetition)
    {
        double perRule = dataPlane == Planes.IptablesLegacy ? 5.3 : dataPlane == Planes.IptablesNft ? 15.4 : 0;
        double rules = position switch { Position.First => 1, Position.Last => services, _ => services / 2.0 };
        return (1_700 + perRule * rules) * (1 + 0.06 * repetition);
    }
}
