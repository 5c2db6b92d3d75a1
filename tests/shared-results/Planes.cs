using Plumbline.Contracts;

namespace Plumbline.Tests;

/// <summary>Names of data planes.</summary>
internal static class Planes
{
    public static readonly DataPlane IptablesLegacy = new("iptables-legacy");

    public static readonly DataPlane IptablesNft = new("iptables-nft");

    public static readonly DataPlane Nftables = new("nftables");

    /// <summary>Those with rules.</summary>
    public static readonly IReadOnlyList<DataPlane> All = [IptablesLegacy, IptablesNft, Nftables];
}
