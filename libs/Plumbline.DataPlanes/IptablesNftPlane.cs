using Plumbline.Contracts;
using Plumbline.Linux;

namespace Plumbline.DataPlanes;

/// <summary>The same list of rules in nf_tables: <c>nft_do_chain</c> walks it through nft_compat.</summary>
public sealed class IptablesNftPlane() : IptablesPlane("iptables-nft")
{
    public override DataPlane Name { get; } = new("iptables-nft");

    public override RuleFunction? EvaluatedBy => RuleFunction.NftDoChain;

    public override IReadOnlyList<(string Tool, string Package)> Tools { get; } = [("iptables-nft-restore", "iptables")];

    public override int Number => 2;

    public override PlaneStyle Style { get; } = new("#d55e00", "#ff9d5c", PlaneDash.Dash, PlaneMarker.Square, 5.5);

    protected override IReadOnlyList<string> RestoreArguments => [];

    protected override async Task<bool> HasNatTableAsync(NetworkNamespace node, CancellationToken token) =>
        (await NftTables.ListAsync(node, token)).Contains("table ip nat");
}
