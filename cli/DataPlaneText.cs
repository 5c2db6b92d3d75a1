using System.Globalization;
using Plumbline.Contracts;

namespace Plumbline.Cli;

/// <summary>Describes kube-proxy's rules on a node.</summary>
internal static class DataPlaneText
{
    /// <summary>For example <c>nftables (as of 1.36), 1,204 Service rules</c>.</summary>
    public static string Rules(DataPlane dataPlane, NftablesDialect? dialect, int rules)
    {
        string shape = dialect is { } known ? $" (as of {known.WireName()})" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{dataPlane}{shape}, {rules:N0} Service rules");
    }

    /// <summary>For example <c>; iptables-nft left chains without Services</c>. Empty when there are none.</summary>
    public static string Leftovers(IReadOnlyList<DataPlane> dataPlanes) =>
        dataPlanes.Count == 0 ? "" : $"; {string.Join(" and ", dataPlanes)} left chains without Services";
}
