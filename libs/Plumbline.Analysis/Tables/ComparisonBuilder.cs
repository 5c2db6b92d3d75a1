using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Gathers an experiment's attempts into cells.</summary>
internal static class ComparisonBuilder
{
    public static ComparisonTable Build(ExperimentResults results)
    {
        HashSet<TrialKey> accepted = [.. results.OfOneMachine().AcceptedAttempts().Select(attempt => attempt.Trial.Key)];
        HashSet<TrialKey> givenUp = [.. results.GivenUpTrials().Select(attempt => attempt.Trial.Key)];
        Measure[] probes = [.. results.Attempts.Select(attempt => attempt.Trial.Measure).Distinct().Order()];
        Dictionary<Measure, Stage[]> stages = probes.ToDictionary(probe => probe, probe => StagesOf(results, probe));
        ILookup<bool, AttemptResult> byBaseline = results.Attempts.ToLookup(attempt => attempt.Trial.Cell.DataPlane == DataPlane.NoRules);
        AttemptResult[] measured = [.. byBaseline[false]];

        return new ComparisonTable
        {
            Probes = probes,
            Rows = [.. measured.Select(attempt => attempt.Trial.Cell.Services).Distinct().Order()],
            Columns =
            [
                .. measured.Select(attempt => new ComparisonColumn(attempt.Trial.Cell.DataPlane, attempt.Trial.Cell.Position))
                    .Distinct().OrderBy(column => column.DataPlane).ThenBy(column => column.Position),
            ],
            Cells =
            [
                .. measured.GroupBy(attempt => (attempt.Trial.Cell.Services, attempt.Trial.Cell.DataPlane, attempt.Trial.Cell.Position))
                    .OrderBy(cell => cell.Key)
                    .SelectMany(CellsOf),
            ],
            Baselines = [.. BaselinesOf(byBaseline[true])],
        };

        IEnumerable<BaselineArm> BaselinesOf(IEnumerable<AttemptResult> attempts)
        {
            // Without rules there is one step before all others and one after them; a run cut short has only the first.
            return BaselineBlocks.Of(results, attempts).SelectMany(block =>
                block.Arms.Take(1).Concat(block.Arms.Skip(1).TakeLast(1)).SelectMany((step, index) =>
                    CellsOf(step).Select(cell => new BaselineArm(index == 0 ? Arm.First : Arm.Last, step.Key, cell, block.DataPlane))));
        }

        IEnumerable<ComparisonCell> CellsOf(IEnumerable<AttemptResult> attempts) =>
            from ofProbe in attempts.GroupBy(attempt => attempt.Trial.Measure)
            orderby ofProbe.Key
            from stage in stages[ofProbe.Key]
            select CellOf(stage, ofProbe);

        ComparisonCell CellOf(Stage stage, IEnumerable<AttemptResult> attempts)
        {
            MeasureTrial any = attempts.First().Trial;
            StageLatency[] latencies =
            [
                .. attempts.Where(attempt => accepted.Contains(attempt.Trial.Key)).Select(attempt => attempt.Latency(stage)).OfType<StageLatency>(),
            ];
            return new ComparisonCell
            {
                Services = any.Services,
                DataPlane = any.DataPlane,
                Position = any.Position,
                Stage = stage,
                Trials = latencies.Length,
                Samples = latencies.Sum(latency => latency.Count),
                FlaggedAttempts = attempts.Count(attempt => !attempt.Accepted),
                GivenUpTrials = attempts.Count(attempt => givenUp.Contains(attempt.Trial.Key)),
                Mean = Across(Statistic.Mean),
                P50 = Across(Statistic.P50),
                P90 = Across(Statistic.P90),
                P95 = Across(Statistic.P95),
                P99 = Across(Statistic.P99),
                P999 = Across(Statistic.P999),
            };

            AcrossTrials? Across(Statistic statistic) => AcrossTrials.Of(latencies.Select(latency => latency.Nanoseconds(statistic)));
        }
    }

    /// <summary>
    /// The stages that the probe measured anywhere: a kept-alive connection, for one, is opened in no trial. All of its stages
    /// when every attempt was flagged before it measured, so that the cells still show that.
    /// </summary>
    private static Stage[] StagesOf(ExperimentResults results, Measure probe)
    {
        AttemptResult[] attempts = [.. results.Attempts.Where(attempt => attempt.Trial.Measure == probe)];
        Stage[] measured = [.. probe.Stages().Where(stage => attempts.Any(attempt => attempt.Latency(stage) is { Count: > 0 }))];
        bool isAsked(Timing kernelProbe) => results.Summary.Spec.Timing.Contains(kernelProbe.WireName());
        return measured.Length > 0 ? measured : [.. probe.Stages().Where(stage => probe != Measure.OneWay || isAsked(stage.Timing()))];
    }
}
