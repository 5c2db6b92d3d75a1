using System.Diagnostics;
using Plumbline.Contracts;
using Plumbline.DataPlanes;

namespace Plumbline.Bench;

internal static class Programming
{
    private const int Services = 30_000;

    public static async Task RunAsync(CancellationToken token)
    {
        IEnumerable<(IDataPlane, NftablesDialect)> variants =
            from plane in KnownDataPlanes.WithRules
            from dialect in Enum.GetValues<NftablesDialect>().Take(plane.HasDialects ? int.MaxValue : 1)
            select (plane, dialect);
        foreach ((IDataPlane plane, NftablesDialect dialect) in variants)
        {
            await using BenchNode node =
                await BenchNode.CreateAsync(plane.Name, Services, dialect, tcpShare: 0, token);
            long start = Stopwatch.GetTimestamp();
            int rules = (await node.ReadRulesAsync(token)).Count;
            string name = plane.HasDialects ? $"{plane.Name} {dialect.WireName()}" : plane.Name.Name;
            Console.WriteLine(
                $"{name,-16} {Services:N0} Services programmed in {node.Programmed.ProgrammingNs / 1e9:F2} s, "
                + $"{rules:N0} rules read back in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s");
        }
    }
}
