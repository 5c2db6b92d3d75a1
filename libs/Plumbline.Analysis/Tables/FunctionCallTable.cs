using MathNet.Numerics.Statistics;
using Plumbline.Contracts;

namespace Plumbline.Results;

/// <summary>What the function probe saw of each cell, call by call; of the attempts that count.</summary>
/// <param name="Rows">By data plane, Services, position, then in the order of the packet's way.</param>
public sealed record FunctionCallTable(IReadOnlyList<FunctionCallRow> Rows)
{
    /// <summary>The hooks in the order of a forwarded packet's way.</summary>
    private static readonly string[] s_way = ["ingress", "prerouting", "input", "forward", "output", "postrouting", "egress"];

    /// <summary>iptables' tables in the order of their priorities at every hook that they share.</summary>
    private static readonly string[] s_tables = ["raw", "mangle", "nat", "filter"];

    public static FunctionCallTable Of(ExperimentResults results) => new(
    [
        .. from attempt in results.OfOneMachine().AcceptedAttempts()
           where attempt.Functions is { Packets: > 0 }
           group attempt by (attempt.Trial.Cell.DataPlane, attempt.Trial.Cell.Services, attempt.Trial.Cell.Position) into cell
           orderby cell.Key
           let packets = cell.Sum(attempt => attempt.Functions!.Packets)
           from call in cell.SelectMany(attempt => attempt.Functions!.Calls).GroupBy(call => call.Of)
           orderby cell.Key, Array.IndexOf(s_way, call.Key.Hook), Array.IndexOf(s_tables, call.Key.Table.Split(' ')[^1]), call.Key.Table, call.Key.Chain
           select new FunctionCallRow
           {
               DataPlane = cell.Key.DataPlane,
               Services = cell.Key.Services,
               Position = cell.Key.Position,
               Of = call.Key,
               Calls = call.Sum(each => each.Count),
               Packets = packets,
               P50Ns = Median(call.Select(each => each.P50Ns)),
               P99Ns = Median(call.Select(each => each.P99Ns)),
           },
    ]);

    private static double? Median(IEnumerable<double?> values)
    {
        double[] known = [.. values.OfType<double>()];
        return known.Length == 0 ? null : known.Median();
    }
}

/// <summary>All calls of one kind in one cell.</summary>
public sealed record FunctionCallRow
{
    public required DataPlane DataPlane { get; init; }

    public required int Services { get; init; }

    public required Position Position { get; init; }

    public required RuleChain Of { get; init; }

    public required long Calls { get; init; }

    /// <summary>First packets of all the cell's trials; each of them is called for, or not.</summary>
    public required long Packets { get; init; }

    public double CallsPerPacket => (double)Calls / Packets;

    /// <summary>Median of the trials' p50; null where no trial has samples enough.</summary>
    public required double? P50Ns { get; init; }

    public required double? P99Ns { get; init; }
}
