using Plumbline.DataPlanes;
using Plumbline.Contracts;

namespace Plumbline.Scheduler;

/// <summary>
/// Turns a specification into a plan. Pure: the same specification, seed included, gives the same plan.
/// Numbers of Services come in random order; at each, all cells (data plane × position × probe, on each node) are measured once in random
/// order before any is measured again, so that a drift of the machine spreads over all of them, and over all probes alike. A baseline without rules comes
/// first and last, to show that drift (method after Kalibera and Jones, ISMM 2013: randomise and interleave at the level
/// where variance arises). Where kube-proxy is switched, which restarts it on every node, all steps of one mode come before those
/// of the other, the modes in random order, each between baselines of its own.
/// </summary>
public static class ExperimentPlanner
{
    /// <summary>Flows of an attempt beyond its warm-up and measured packets, for finding the probe's own cost.</summary>
    public const int AccountingFlows = 1_000;

    /// <summary>gRPC requests before the measured ones; a runtime needs some to get going.</summary>
    public const int WarmupRequests = 10;

    /// <exception cref="FormatException">The specification has not been validated.</exception>
    public static ExperimentPlan Plan(Guid experimentId, ExperimentSpec spec)
    {
        Random random = new((int)spec.Seed);
        Measure[] measures = [.. spec.Measure.Select(WireNames.Parse<Measure>)];
        Cell[] cells = Cells(Cell.Empty, TrialAxes, spec);
        Cell[] sizes = Cells(Cell.Empty, StepAxes, spec);
        Cell[] baseline = [.. Cells(Cell.Empty, BaselineAxes, spec).Select(cell => cell.With(DataPlane.NoRules).With(Position.None))];
        List<PlannedStep> steps = [];
        int trial = 0;
        ProxyMode?[] modes = spec.ProxyModes is [] ? [null] : [.. Shuffled(random, spec.ProxyModes.Select(WireNames.Parse<ProxyMode>))];
        foreach ((int block, ProxyMode? mode) in modes.Index())
        {
            Cell[] ofMode = [.. cells.Where(cell => mode is null || cell.DataPlane.Mode() == mode)];
            AddStep(block, StepRole.FirstBaseline, mode, Cell.Empty.With(0), [DataPlane.NoRules], baseline);
            foreach (Cell size in Shuffled(random, sizes))
            {
                AddStep(block, StepRole.Services, mode, size, [.. ofMode.Select(cell => cell.DataPlane).Distinct()], ofMode);
            }

            AddStep(block, StepRole.LastBaseline, mode, Cell.Empty.With(0), [DataPlane.NoRules], baseline);
        }

        return new ExperimentPlan(experimentId, spec, steps);

        void AddStep(int block, StepRole role, ProxyMode? mode, Cell size, IReadOnlyList<DataPlane> arms, Cell[] stepCells)
        {
            (Cell Cell, Measure Measure)[] measured = [.. from cell in stepCells from measure in measures select (cell.With(size), measure)];
            List<PlannedTrial> trials = [];
            for (int repetition = 0; repetition < spec.Trials; repetition++)
            {
                trials.AddRange(Shuffled(random, measured).Select(each => new PlannedTrial(trial++, each.Measure, each.Cell, repetition)));
            }

            steps.Add(new PlannedStep(steps.Count, block, role, size, arms, trials, mode));
        }
    }

    private static IEnumerable<Axis> TrialAxes => Axes.All.Where(axis => axis.Scope == AxisScope.Trial);

    private static IEnumerable<Axis> StepAxes => Axes.All.Where(axis => axis.Scope == AxisScope.Step);

    /// <summary>A baseline has no rules, so that only the node and how packets get there matter.</summary>
    private static IEnumerable<Axis> BaselineAxes => [Axes.Node, Axes.Path, Axes.Family];

    /// <summary>Every combination of the values that the request asks for, the first axis changing least often.</summary>
    private static Cell[] Cells(Cell from, IEnumerable<Axis> axes, ExperimentSpec spec) => axes.Aggregate(
        (Cell[])[from],
        (cells, axis) => axis.ValuesIn(spec) is { Count: > 0 } values
            ? [.. from cell in cells from value in values select cell.With(axis, value)]
            : cells);

    /// <summary>Flows that one attempt is given.</summary>
    public static int FlowsPerAttempt(ExperimentSpec spec, Measure measure) => measure switch
    {
        Measure.Grpc => WarmupRequests + spec.Requests,
        Measure.OneWay => (Series(spec) * (spec.WarmupPackets + spec.Packets)) + AccountingFlows,
        _ => spec.WarmupPackets + spec.Packets + AccountingFlows,
    };

    /// <summary>The function probe has packets of its own, and a baseline sends those once with it and once without.</summary>
    private static int Series(ExperimentSpec spec) => spec.Timing.Contains(Timing.Function.WireName()) ? 2 : 1;

    /// <summary>Flows that the experiment takes if every attempt is needed: possibly more than 64 bits can count.</summary>
    public static Int128 MostFlows(ExperimentSpec spec)
    {
        long steps = Axes.All.Where(axis => axis.Scope == AxisScope.Step).Aggregate(1L, (count, axis) => count * axis.ValuesIn(spec).Count);
        long trials = TrialAxes.Aggregate(1L, (count, axis) => count * Math.Max(1, axis.ValuesIn(spec).Count));
        long baselines = BaselineAxes.Aggregate(2L * Math.Max(1, spec.ProxyModes.Count), (count, axis) => count * Math.Max(1, axis.ValuesIn(spec).Count));
        long flows = spec.Measure.Sum(name => WireNames.TryParse(name, out Measure measure) ? (long)FlowsPerAttempt(spec, measure) : 0);
        return (((Int128)steps * trials) + baselines) * spec.Trials * spec.MaxAttempts * flows;
    }


    private static T[] Shuffled<T>(Random random, IEnumerable<T> values)
    {
        T[] shuffled = [.. values];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
