using Plumbline.Contracts;

namespace Plumbline.Tests;

/// <summary>
/// The data planes that tests measure. In an attribute write the name, in the test <c>new DataPlane(name)</c>.
/// </summary>
internal static class Planes
{
    public static readonly DataPlane IptablesLegacy = new("iptables-legacy");
    public static readonly DataPlane IptablesNft = new("iptables-nft");
    public static readonly DataPlane Nftables = new("nftables");
}
