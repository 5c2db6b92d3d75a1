using Plumbline.Contracts;

namespace Plumbline.Results.Tests;

/// <summary>A whole experiment of the shape that `plumbline lab` runs, with the figures of the method's own measurement.</summary>
internal static class SampleExperiment
{
    private static readonly DataPlane[] s_dataPlanes = [DataPlane.IptablesLegacy, DataPlane.IptablesNft, DataPlane.Nftables];

    /// <summary>
    /// Records it with all three probes. Flagged are: one-way, an attempt and a whole trial, which is given up; and an attempt
    /// at a round trip, before it measured anything.
    /// </summary>
    public static Messages Record(ResultsStore store, Messages messages, int trials = 3)
    {
        int[] sizes = [1_000, 100, 10_000];
        int trial = 0;
        store.RecordStarted(messages.Started(3 * trials * (2 + sizes.Length * 9)));
        store.RecordMachine(messages.Node());
        Baseline(0, 400);
        for (int step = 1; step <= sizes.Length; step++)
        {
            int services = sizes[step - 1];
            store.RecordStep(messages.Scaled(step, services, [.. s_dataPlanes.Select((each, index) => (each, 90_000L * services / (index + 1)))]));
            for (int repetition = 0; repetition < trials; repetition++)
            {
                foreach (DataPlane dataPlane in s_dataPlanes)
                {
                    foreach (Position position in new[] { Position.First, Position.Last, Position.Random })
                    {
                        Measure(step, services, dataPlane, position, repetition);
                        MeasureAnswers(step, services, dataPlane, position, repetition);
                    }
                }
            }
        }

        Baseline(sizes.Length + 1, 412);
        store.RecordCompleted(messages.Completed());
        return messages;

        void Baseline(int step, double middle)
        {
            store.RecordStep(messages.Scaled(step, 0, (DataPlane.NoRules, 0)));
            for (int repetition = 0; repetition < trials; repetition++)
            {
                store.RecordTrial(messages.Trial(step, trial++, DataPlane.NoRules, 0, Position.None, Messages.Around(middle + 4 * repetition, trial)));
                store.RecordTrial(messages.RoundTrip(step, trial++, DataPlane.NoRules, 0, Position.None, Messages.Around(18_000, trial)));
                store.RecordTrial(messages.Grpc(step, trial++, DataPlane.NoRules, 0, Position.None, Messages.Around(240_000, trial, 100)));
            }
        }

        void Measure(int step, int services, DataPlane dataPlane, Position position, int repetition)
        {
            IEnumerable<long> values = Messages.Around(Rules(services, dataPlane, position, repetition), trial);
            bool givenUp = step == 1 && repetition == 1 && dataPlane == DataPlane.Nftables && position == Position.Random;
            bool retried = step == 3 && repetition == 0 && dataPlane == DataPlane.IptablesNft && position == Position.Last;
            for (int attempt = 1; attempt <= (givenUp ? 3 : 1); attempt++)
            {
                TrialFlag[] flags = givenUp ? [TrialFlag.PacketsLost] : retried ? [TrialFlag.GeneratorBehind, TrialFlag.RulesMoved] : [];
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
            if (step == 3 && repetition == 0 && dataPlane == DataPlane.Nftables && position == Position.First)
            {
                store.RecordTrial(messages.RoundTrip(step, trial, dataPlane, services, position, [], attempt++, TrialFlag.ConntrackFull));
            }

            double rules = Rules(services, dataPlane, position, repetition);
            store.RecordTrial(messages.RoundTrip(step, trial++, dataPlane, services, position, Messages.Around(18_000, trial).Select(value => value + (long)rules), attempt));
            store.RecordTrial(messages.Grpc(step, trial++, dataPlane, services, position, Messages.Around(240_000 + rules, trial, 100)));
        }
    }

    /// <summary>
    /// Records that after it the one-way trials of step 2, which is that of 100 Services, were measured again: ten times as slow,
    /// and flagged at the first rule.
    /// </summary>
    public static void RecordRerun(ResultsStore store, Messages messages)
    {
        store.RecordRerunStarted(messages.RerunStarted(1, 2, RerunStage.OneWay));
        foreach (MeasureTrial trial in store.Load(messages.ExperimentId).AcceptedAttempts().Select(attempt => attempt.Trial))
        {
            if (trial is { Key.Step: 2, Probe: Measure.OneWay })
            {
                TrialFlag[] flags = trial.Position == Position.First ? [TrialFlag.RulesMoved] : [];
                store.RecordTrial(messages.Trial(2, trial.Key.Trial, trial.DataPlane, 100, trial.Position, Messages.Around(20_000), 4, flags));
            }
        }

        store.RecordRerunEnded(messages.RerunEnded(1));
    }

    /// <summary>What a first packet spends in the rules.</summary>
    private static double Rules(int services, DataPlane dataPlane, Position position, int repetition)
    {
        double perRule = dataPlane switch { DataPlane.IptablesLegacy => 5.3, DataPlane.IptablesNft => 15.4, _ => 0 };
        double rules = position switch { Position.First => 1, Position.Last => services, _ => services / 2.0 };
        return (1_700 + perRule * rules) * (1 + 0.06 * repetition);
    }
}
