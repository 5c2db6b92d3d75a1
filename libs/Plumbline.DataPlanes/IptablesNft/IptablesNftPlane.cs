using Plumbline.Contracts;
using Plumbline.DataPlanes.Iptables;
using Plumbline.Linux;

namespace Plumbline.DataPlanes.IptablesNft;

/// <summary>The same list of rules in nf_tables: <c>nft_do_chain</c> walks it through nft_compat.</summary>
public sealed class IptablesNftPlane() : IptablesPlane("iptables-nft")
{
    public override RuleFunction? EvaluatedBy => RuleFunction.NftDoChain;

    public override int Number => 2;

    public override PlaneStyle Style { get; } = new("#d55e00", "#ff9d5c", PlaneDash.Dash, PlaneMarker.Square, 5.5);

    protected override Task<bool> HasNatTableAsync(NetworkNamespace node, CancellationToken token) =>
        NftTables.HasAsync(node, "ip nat", token);
}
