using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Plumbline.Cluster;

/// <summary>How many addresses a cluster can give to Services. Pure.</summary>
public static class ServiceCidrs
{
    /// <summary>
    /// Addresses in all IPv4 ranges together. A range within another counts once; other families do not count.
    /// </summary>
    /// <param name="cidrs">Ranges such as <c>10.96.0.0/12</c>.</param>
    public static long Addresses(IEnumerable<string> cidrs)
    {
        IPNetwork[] networks =
        [
            .. cidrs.Select(cidr => IPNetwork.Parse(cidr))
                .Where(network => network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
                .Distinct(),
        ];
        return networks
            .Where(network => !networks.Any(
                other => other.PrefixLength < network.PrefixLength && other.Contains(network.BaseAddress)))
            .Sum(network => Math.Max(0, (1L << (32 - network.PrefixLength)) - 2));
    }

    /// <summary>Null when the Services fit; else the reason why not.</summary>
    /// <param name="cidrs">The cluster's ranges.</param>
    /// <param name="taken">Addresses of Services that are not the experiment's.</param>
    /// <param name="services">Services of the experiment.</param>
    public static string? Refusal(IReadOnlyList<string> cidrs, int taken, int services)
    {
        long addresses = Addresses(cidrs);
        return services <= addresses - taken
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{services:N0} Services do not fit into the cluster's Service range {string.Join(", ", cidrs)}: ")
                + string.Create(
                    CultureInfo.InvariantCulture, $"it has {addresses:N0} addresses, and {taken:N0} are taken; ")
                + "ask for fewer Services with more portsPerService, or give the cluster a larger range";
    }
}
