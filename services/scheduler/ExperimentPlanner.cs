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
        DataPlane[] dataPlanes = [.. spec.DataPlanes.Select(WireNames.Parse<DataPlane>)];
        Position[] positions = [.. spec.Positions.Select(WireNames.Parse<Position>)];
        ProbeKind[] probes = [.. spec.Probes.Select(WireNames.Parse<ProbeKind>)];
        string?[] nodes = spec.Nodes is [] ? [null] : [.. spec.Nodes];
        Cell[] cells =
            [.. from node in nodes from dataPlane in dataPlanes from position in positions from probe in probes select new Cell(node, dataPlane, position, probe)];
        Cell[] baseline = [.. from node in nodes from probe in probes select new Cell(node, DataPlane.NoRules, Position.None, probe)];

        List<PlannedStep> steps = [];
        int trial = 0;
        ProxyMode?[] modes = spec.ProxyModes is [] ? [null] : [.. Shuffled(random, spec.ProxyModes.Select(WireNames.Parse<ProxyMode>))];
        foreach (ProxyMode? mode in modes)
        {
            Cell[] ofMode = [.. cells.Where(cell => mode is null || cell.DataPlane.Mode() == mode)];
            AddStep(mode, 0, [DataPlane.NoRules], baseline);
            foreach (int services in Shuffled(random, spec.Services))
            {
                AddStep(mode, services, [.. ofMode.Select(cell => cell.DataPlane).Distinct()], ofMode);
            }

            AddStep(mode, 0, [DataPlane.NoRules], baseline);
        }

        return new ExperimentPlan(experimentId, spec, steps);

        void AddStep(ProxyMode? mode, int services, IReadOnlyList<DataPlane> arms, Cell[] stepCells)
        {
            List<PlannedTrial> trials = [];
            for (int repetition = 0; repetition < spec.Trials; repetition++)
            {
                trials.AddRange(Shuffled(random, stepCells)
                    .Select(cell => new PlannedTrial(trial++, cell.Probe, cell.DataPlane, services, cell.Position, repetition, cell.Node)));
            }

            steps.Add(new PlannedStep(steps.Count, services, arms, trials, mode));
        }
    }

    /// <summary>Flows that one attempt is given.</summary>
    public static int FlowsPerAttempt(ExperimentSpec spec, ProbeKind probe) => probe switch
    {
        ProbeKind.Grpc => WarmupRequests + spec.Requests,
        ProbeKind.OneWay => (Series(spec) * (spec.WarmupPackets + spec.Packets)) + AccountingFlows,
        _ => spec.WarmupPackets + spec.Packets + AccountingFlows,
    };

    /// <summary>The function probe has packets of its own, and a baseline sends those once with it and once without.</summary>
    private static int Series(ExperimentSpec spec) => spec.Probe.Contains(KernelProbe.Function.WireName()) ? 2 : 1;

    /// <summary>Flows that the experiment takes if every attempt is needed: possibly more than 64 bits can count.</summary>
    public static Int128 MostFlows(ExperimentSpec spec)
    {
        long cells = ((long)spec.DataPlanes.Count * spec.Positions.Count * spec.Services.Count) + (2 * Math.Max(1, spec.ProxyModes.Count));
        long flows = spec.Probes.Sum(name => WireNames.TryParse(name, out ProbeKind probe) ? (long)FlowsPerAttempt(spec, probe) : 0);
        return (Int128)cells * Math.Max(1, spec.Nodes.Count) * spec.Trials * spec.MaxAttempts * flows;
    }

    private sealed record Cell(string? Node, DataPlane DataPlane, Position Position, ProbeKind Probe);

    private static T[] Shuffled<T>(Random random, IEnumerable<T> values)
    {
        T[] shuffled = [.. values];
        random.Shuffle(shuffled);
        return shuffled;
    }
}
