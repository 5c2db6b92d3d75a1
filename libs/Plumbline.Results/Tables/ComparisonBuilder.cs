using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>Gathers an experiment's attempts into cells.</summary>
internal static class ComparisonBuilder
{
    private static readonly Stage[] s_stages = Enum.GetValues<Stage>();

    public static ComparisonTable Build(ExperimentResults results)
    {
        HashSet<TrialKey> accepted = [.. results.AcceptedAttempts().Select(attempt => attempt.Trial.Key)];
        HashSet<TrialKey> givenUp = [.. results.GivenUpTrials().Select(attempt => attempt.Trial.Key)];
        ILookup<bool, AttemptResult> byBaseline = results.Attempts.ToLookup(attempt => attempt.Trial.DataPlane == DataPlane.NoRules);
        AttemptResult[] measured = [.. byBaseline[false]];

        return new ComparisonTable
        {
            Rows = [.. measured.Select(attempt => attempt.Trial.Services).Distinct().Order()],
            Columns =
            [
                .. measured.Select(attempt => new ComparisonColumn(attempt.Trial.DataPlane, attempt.Trial.Position))
                    .Distinct().OrderBy(column => column.DataPlane).ThenBy(column => column.Position),
            ],
            Cells =
            [
                .. measured.GroupBy(attempt => (attempt.Trial.Services, attempt.Trial.DataPlane, attempt.Trial.Position))
                    .OrderBy(cell => cell.Key)
                    .SelectMany(CellsOf),
            ],
            Baselines = [.. BaselinesOf(byBaseline[true])],
        };

        IEnumerable<BaselineArm> BaselinesOf(IEnumerable<AttemptResult> attempts)
        {
            // Without rules there is one step before all others and one after them; a run cut short has only the first.
            IGrouping<int, AttemptResult>[] steps = [.. attempts.GroupBy(attempt => attempt.Trial.Key.Step).OrderBy(step => step.Key)];
            return steps.Take(1).Concat(steps.Skip(1).TakeLast(1)).SelectMany((step, index) =>
                CellsOf(step).Select(cell => new BaselineArm(index == 0 ? Arm.First : Arm.Last, step.Key, cell)));
        }

        IEnumerable<ComparisonCell> CellsOf(IEnumerable<AttemptResult> attempts) => s_stages
            .Where(stage => attempts.Any(attempt => attempt.Latency(stage) is not null))
            .Select(stage => CellOf(stage, attempts));

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
}
