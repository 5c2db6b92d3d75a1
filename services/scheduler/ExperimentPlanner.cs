using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Scheduler;

/// <summary>
/// Turns a specification into a plan. The same specification, with its seed, gives the same plan. Pure.
/// <para>
/// Variance arises where rules are built (their order, the memory they get, the moment), then from trial to trial. So
/// each number of Services has several builds. A round builds every number once, in random order, before the next round
/// builds any again. Within a build, every cell is measured once by every measure, in random order, before any is
/// measured again. So a drift of the machine spreads over all of them. A baseline comes first and last, to show that
/// drift. The method follows Kalibera and Jones (ISMM 2013): repeat, randomise and interleave where variance arises.
/// </para>
/// <para>
/// A switch of kube-proxy's mode restarts it on every node. So all steps of one mode come before those of the other,
/// each mode between baselines of its own. The modes come in random order.
/// </para>
/// </summary>
public static class ExperimentPlanner
{
    /// <summary>Further flows of an attempt, to measure the kernel probe's own cost.</summary>
    public const int AccountingFlows = 1_000;

    /// <summary>gRPC requests before the measured ones, to warm the runtimes up.</summary>
    public const int WarmupRequests = 10;

    private static IEnumerable<Axis> TrialAxes => Axes.All.Where(axis => axis.Scope == AxisScope.Trial);

    private static IEnumerable<Axis> StepAxes => Axes.All.Where(axis => axis.Scope == AxisScope.Step);

    /// <summary>
    /// A baseline has no rules, so only the node, the way to it, the packets and what is in the caches matter.
    /// </summary>
    private static IEnumerable<Axis> BaselineAxes =>
        [Axes.Node, Axes.Path, Axes.Family, Axes.Protocol, Axes.Cache];

    /// <exception cref="FormatException">The specification is not valid.</exception>
    public static ExperimentPlan Plan(Guid experimentId, ExperimentSpec spec)
    {
        Random random = new((int)spec.Seed);
        Measure[] measures = [.. spec.Measure.Select(WireNames.Parse<Measure>)];
        Cell[] cells = Cells(TrialAxes, spec);
        Cell[] sizes = Cells(StepAxes, spec);
        Cell[] baseline =
            [.. Cells(BaselineAxes, spec).Select(cell => cell.With(DataPlane.NoRules).With(Position.None))];
        List<PlannedStep> steps = [];
        int trial = 0;
        foreach ((int block, ProxyMode? mode) in ModesOf(spec, random).Index())
        {
            Cell[] ofMode = [.. cells.Where(cell => mode is null || cell.DataPlane.Mode() == mode)];
            AddStep(block, StepRole.FirstBaseline, 0, mode, Cell.Empty.With(0), baseline);
            for (int build = 0; build < spec.Builds; build++)
            {
                foreach (Cell size in Round(random, sizes, steps[^1].Cell))
                {
                    AddStep(block, StepRole.Services, build, mode, size, ofMode);
                }
            }

            AddStep(block, StepRole.LastBaseline, 0, mode, Cell.Empty.With(0), baseline);
        }

        return new ExperimentPlan(experimentId, spec, steps);

        void AddStep(int block, StepRole role, int build, ProxyMode? mode, Cell size, Cell[] stepCells)
        {
            int trialsOfCell = role == StepRole.Services ? spec.Trials : BaselineTrials(spec);
            (Cell Cell, Measure Measure)[] round =
                [
                    .. from cell in stepCells
                       from measure in measures
                       where PacketRules.CanMeasure(cell, measure)
                       select (cell.With(size), measure),
                ];
            List<PlannedTrial> trials = [];
            for (int repetition = 0; repetition < trialsOfCell; repetition++)
            {
                trials.AddRange(Shuffled(random, round)
                    .Select(each => new PlannedTrial(trial++, each.Measure, each.Cell, repetition)));
            }

            DataPlane[] dataPlanes = [.. stepCells.Select(cell => cell.DataPlane).Distinct()];
            steps.Add(new PlannedStep(steps.Count, block, role, build, size, dataPlanes, trials, mode));
        }
    }

    /// <summary>
    /// Trials of a baseline by each measure. It has one build, so it has a trial for each of theirs: its interval, and
    /// the drift's, then need no more than theirs.
    /// </summary>
    public static int BaselineTrials(ExperimentSpec spec) => Math.Max(spec.Builds, spec.Trials);

    /// <summary>Flows of one attempt.</summary>
    public static int FlowsPerAttempt(ExperimentSpec spec, Measure measure) => measure switch
    {
        Measure.Grpc => WarmupRequests + spec.Requests,
        Measure.OneWay => (Series(spec) * (spec.WarmupPackets + spec.Packets)) + AccountingFlows,
        _ => spec.WarmupPackets + spec.Packets + AccountingFlows,
    };

    /// <summary>Flows of the experiment if it needs every attempt. They may exceed 64 bits.</summary>
    public static Int128 MostFlows(ExperimentSpec spec)
    {
        Int128 trials = Combinations(StepAxes, spec) * Combinations(TrialAxes, spec) * spec.Builds * spec.Trials;
        Int128 baselines =
            Combinations(BaselineAxes, spec) * 2 * Math.Max(1, spec.ProxyModes.Count) * BaselineTrials(spec);
        long flows = spec.Measure.Sum(
            name => WireNames.TryParse(name, out Measure measure) ? (long)FlowsPerAttempt(spec, measure) : 0);
        return (trials + baselines) * spec.MaxAttempts * flows;
    }

    /// <summary>Every combination of the values that the request names. The first axis changes most slowly.</summary>
    private static Cell[] Cells(IEnumerable<Axis> axes, ExperimentSpec spec) => axes.Aggregate(
        (Cell[])[Cell.Empty],
        (cells, axis) => axis.ValuesIn(spec) is { Count: > 0 } values
            ? [.. from cell in cells from value in values select cell.With(axis, value)]
            : cells);

    /// <summary>Number of combinations of the values that the request names.</summary>
    private static Int128 Combinations(IEnumerable<Axis> axes, ExperimentSpec spec) =>
        axes.Aggregate(Int128.One, (count, axis) => count * Math.Max(1, axis.ValuesIn(spec).Count));

    /// <summary>One block for each mode, or one that leaves kube-proxy alone.</summary>
    private static ProxyMode?[] ModesOf(ExperimentSpec spec, Random random) => spec.ProxyModes.Count == 0
        ? [null]
        : [.. Shuffled(random, spec.ProxyModes.Select(WireNames.Parse<ProxyMode>))];

    /// <summary>
    /// Every size once, in random order. The first is not the one before it, where there are several: a cluster that
    /// has its Services already would not build them anew.
    /// </summary>
    private static Cell[] Round(Random random, Cell[] sizes, Cell before)
    {
        Cell[] round = Shuffled(random, sizes);
        if (round.Length > 1 && round[0] == before)
        {
            int other = random.Next(1, round.Length);
            (round[0], round[other]) = (round[other], round[0]);
        }

        return round;
    }

    /// <summary>The function probe has its own packets. A baseline sends them once with it and once without.</summary>
    private static int Series(ExperimentSpec spec) => spec.Timing.Contains(Timing.Function.WireName()) ? 2 : 1;

    private static T[] Shuffled<T>(Random random, IEnumerable<T> values)
    {
        T[] shuffled = [.. values];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
