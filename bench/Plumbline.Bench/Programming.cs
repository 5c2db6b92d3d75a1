using System.Diagnostics;
using Plumbline.Contracts;

namespace Plumbline.Bench;

internal static class Programming
{
    private const int Services = 30_000;

    public static async Task RunAsync(CancellationToken token)
    {
        (DataPlane, NftablesDialect)[] variants =
        [
            (DataPlane.Nftables, NftablesDialect.V136),
            (DataPlane.Nftables, NftablesDialect.V135),
            (DataPlane.IptablesLegacy, NftablesDialect.V136),
            (DataPlane.IptablesNft, NftablesDialect.V136),
        ];
        foreach ((DataPlane dataPlane, NftablesDialect dialect) in variants)
        {
            await using BenchNode node = await BenchNode.CreateAsync(dataPlane, Services, dialect, [ServiceProtocol.Udp], token);
            long start = Stopwatch.GetTimestamp();
            int rules = (await node.ReadRulesAsync(token)).Count;
            string name = dataPlane == DataPlane.Nftables ? $"nftables {dialect.WireName()}" : dataPlane.WireName();
            Console.WriteLine(
                $"{name,-16} {Services:N0} Services programmed in {node.Programmed.ProgrammingNs / 1e9:F2} s, "
                + $"{rules:N0} rules read back in {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s");
        }
    }
}
