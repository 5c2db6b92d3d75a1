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
    /// <param name="builds">Of each number of Services, with a trial of each cell in each.</param>
    public static Messages Record(ResultsStore store, Messages messages, int builds = 3)
    {
        int trial = 0;
        store.RecordStarted(messages.Built(builds, 3 * builds * (2 + s_sizes.Length * 9), s_sizes));
        store.RecordMachine(messages.Node());
        Baseline(0, 400);
        for (int step = 1; step <= builds * s_sizes.Length; step++)
        {
            (int build, int size) = Math.DivRem(step - 1, s_sizes.Length);
            int services = s_sizes[size];
            store.RecordStep(messages.Scaled(
                step, services, [.. s_planes.Select((each, index) => (each, 90_000L * services / (index + 1)))]));
            foreach (DataPlane dataPlane in s_planes)
            {
                foreach (Position position in new[] { Position.First, Position.Last, Position.Random })
                {
                    MeasureOneWay(step, services, dataPlane, position, build);
                    MeasureAnswers(step, services, dataPlane, position, build);
                }
            }
        }

        Baseline(builds * s_sizes.Length + 1, 412);
        store.RecordCompleted(messages.Completed());
        return messages;

        void Baseline(int step, double middle)
        {
            DataPlane none = DataPlane.NoRules;
            store.RecordStep(messages.Scaled(step, 0, (none, 0)));
            for (int repetition = 0; repetition < builds; repetition++)
            {
                store.RecordTrial(messages.Trial(
                    step, trial++, none, 0, Position.None, Messages.Around(middle + 4 * repetition, trial)));
                store.RecordTrial(messages.RoundTrip(
                    step, trial++, none, 0, Position.None, Messages.Around(18_000, trial)));
                store.RecordTrial(messages.Grpc(
                    step, trial++, none, 0, Position.None, Messages.Around(240_000, trial, 100)));
            }
        }

        void MeasureOneWay(int step, int services, DataPlane dataPlane, Position position, int build)
        {
            IEnumerable<long> values = Messages.Around(Rules(services, dataPlane, position, build), trial);
            Cell cell = Cell.Of(dataPlane, services, position);
            bool givenUp = build == 1 && cell == Cell.Of(Planes.Nftables, 1_000, Position.Random);
            bool retried = build == 0 && cell == Cell.Of(Planes.IptablesNft, 10_000, Position.Last);
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

        void MeasureAnswers(int step, int services, DataPlane dataPlane, Position position, int build)
        {
            int attempt = 1;
            if (services == 10_000 && build == 0 && dataPlane == Planes.Nftables && position == Position.First)
            {
                store.RecordTrial(messages.RoundTrip(
                    step, trial, dataPlane, services, position, [], attempt++, TrialFlag.ConntrackFull));
            }

            double rules = Rules(services, dataPlane, position, build);
            store.RecordTrial(messages.RoundTrip(
                step, trial++, dataPlane, services, position,
                Messages.Around(18_000, trial).Select(value => value + (long)rules), attempt));
            store.RecordTrial(messages.Grpc(
                step, trial++, dataPlane, services, position, Messages.Around(240_000 + rules, trial, 100)));
        }
    }

    /// <summary>
    /// Records a rerun after it: the one-way trials of step 2, the first build of 100 Services, ten times as slow.
    /// Those at the first rule are flagged.
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
    private static double Rules(int services, DataPlane dataPlane, Position position, int build)
    {
        double perRule = dataPlane == Planes.IptablesLegacy ? 5.3 : dataPlane == Planes.IptablesNft ? 15.4 : 0;
        double rules = position switch { Position.First => 1, Position.Last => services, _ => services / 2.0 };
        return (1_700 + perRule * rules) * (1 + 0.06 * build);
    }
}
