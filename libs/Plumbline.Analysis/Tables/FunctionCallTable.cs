using MathNet.Numerics.Statistics;

namespace Plumbline.Analysis.Tables;

/// <summary>What the function probe saw in each cell, call by call. Only accepted attempts count.</summary>
/// <param name="Rows">By data plane, Services, position, then in the order of the packet's way.</param>
public sealed record FunctionCallTable(IReadOnlyList<FunctionCallRow> Rows)
{
    /// <summary>The hooks in the order of a forwarded packet's way.</summary>
    private static readonly string[] s_way =
        ["ingress", "prerouting", "input", "forward", "output", "postrouting", "egress"];

    /// <summary>iptables' tables by their priorities, which are the same at every hook.</summary>
    private static readonly string[] s_tables = ["raw", "mangle", "nat", "filter"];

    /// <exception cref="InvalidOperationException">The results are those of several nodes.</exception>
    public static FunctionCallTable Of(ExperimentResults results)
    {
        ILookup<Cell, ProbeResult> reports = results.OfOneMachine().AcceptedAttempts()
            .Select(attempt => (Cell: attempt.LocalCell(), Probe: attempt.Probe(Timing.Function)))
            .Where(each => each.Probe is not null && Packets(each.Probe) > 0)
            .ToLookup(each => each.Cell, each => each.Probe!);
        return new([.. reports.ByDataPlane(cell => cell.Key).SelectMany(cell => RowsOf(cell.Key, [.. cell]))]);
    }

    private static IEnumerable<FunctionCallRow> RowsOf(Cell cell, ProbeResult[] reports) =>
        from call in reports.SelectMany(report => report.Details).GroupBy(detail => detail.Name)
        let of = RuleChain.TryParse(call.Key, out RuleChain chain) ? chain : null
        where of is not null
        orderby Array.IndexOf(s_way, of.Hook), Array.IndexOf(s_tables, of.Table.Split(' ')[^1]), of.Table, of.Chain
        select new FunctionCallRow
        {
            Cell = cell,
            Of = of,
            Calls = call.Sum(each => each.Count),
            Packets = reports.Sum(Packets),
            P50Ns = Median(call.Select(each => each.P50Ns)),
            P99Ns = Median(call.Select(each => each.P99Ns)),
        };

    private static long Packets(ProbeResult probe) => probe.Report.Counts.GetValueOrDefault(FunctionCounts.Packets);

    private static double? Median(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0 ? null : known.Median();
    }
}

/// <summary>All calls of one kind in one cell.</summary>
public sealed record FunctionCallRow
{
    public required Cell Cell { get; init; }

    public required RuleChain Of { get; init; }

    public required long Calls { get; init; }

    /// <summary>First packets of all the cell's trials.</summary>
    public required long Packets { get; init; }

    public double CallsPerPacket => (double)Calls / Packets;

    /// <summary>Median of the trials' p50; null where no trial has enough samples.</summary>
    public required double? P50Ns { get; init; }

    public required double? P99Ns { get; init; }
}
