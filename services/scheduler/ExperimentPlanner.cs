using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// Turns a specification into a plan. Pure: the same specification, seed included, gives the same plan.
/// Numbers of Services come in random order; at each, all cells (data plane × position) are measured once in random order
/// before any is measured again, so that a drift of the machine spreads over all of them. A baseline without rules comes
/// first and last, to show that drift (method after Kalibera and Jones, ISMM 2013: randomise and interleave at the level
/// where variance arises).
/// </summary>
public static class ExperimentPlanner
{
    /// <summary>Flows of an attempt beyond its warm-up and measured packets, for the accounting of the probe's own cost.</summary>
    public const int AccountingFlows = 1_000;

    /// <exception cref="FormatException">The specification has not been validated.</exception>
    public static ExperimentPlan Plan(Guid experimentId, ExperimentSpec spec)
    {
        Random random = new((int)spec.Seed);
        DataPlane[] dataPlanes = [.. spec.DataPlanes.Select(WireNames.Parse<DataPlane>)];
        Position[] positions = [.. spec.Positions.Select(WireNames.Parse<Position>)];
        (DataPlane DataPlane, Position Position)[] cells =
            [.. from dataPlane in dataPlanes from position in positions select (dataPlane, position)];

        List<PlannedStep> steps = [];
        int trial = 0;
        AddStep(0, [DataPlane.NoRules], [(DataPlane.NoRules, Position.None)]);
        foreach (int services in Shuffled(random, spec.Services))
        {
            AddStep(services, dataPlanes, cells);
        }

        AddStep(0, [DataPlane.NoRules], [(DataPlane.NoRules, Position.None)]);
        return new ExperimentPlan(experimentId, spec, steps);

        void AddStep(int services, IReadOnlyList<DataPlane> arms, (DataPlane DataPlane, Position Position)[] stepCells)
        {
            List<PlannedTrial> trials = [];
            for (int repetition = 0; repetition < spec.Trials; repetition++)
            {
                trials.AddRange(Shuffled(random, stepCells)
                    .Select(cell => new PlannedTrial(trial++, cell.DataPlane, services, cell.Position, repetition)));
            }

            steps.Add(new PlannedStep(steps.Count, services, arms, trials));
        }
    }

    /// <summary>Flows that one attempt is given.</summary>
    public static int FlowsPerAttempt(ExperimentSpec spec) => spec.WarmupPackets + spec.Packets + AccountingFlows;

    /// <summary>Flows that the experiment takes if every attempt is needed.</summary>
    public static long MostFlows(ExperimentSpec spec) =>
        ((long)spec.DataPlanes.Count * spec.Positions.Count * spec.Services.Count + 2) * spec.Trials * spec.MaxAttempts
            * ((long)spec.WarmupPackets + spec.Packets + AccountingFlows);

    private static T[] Shuffled<T>(Random random, IEnumerable<T> values)
    {
        T[] shuffled = [.. values];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
