using System.Net;
using System.Buffers.Binary;

namespace Plumbline.Tests;

/// <summary>Gives addresses of one IPv4 range to Services, except the network and broadcast address.</summary>
internal sealed class ServiceIps(string cidr)
{
    private readonly IPNetwork _network = IPNetwork.Parse(cidr);
    private readonly HashSet<uint> _taken = [];
    private uint _next = 1;

    public string Cidr => cidr;

    private uint First => BinaryPrimitives.ReadUInt32BigEndian(_network.BaseAddress.GetAddressBytes());

    private uint Count => (uint)((1L << (32 - _network.PrefixLength)) - 2);

    public string Allocate(string service)
    {
        for (uint tried = 0; tried < Count; tried++)
        {
            uint offset = 1 + ((_next++ - 1) % Count);
            if (_taken.Add(First + offset))
            {
                return Text(First + offset);
            }
        }

        throw new ApiFailure(
            500,
            "InternalError",
            $"Internal error occurred: failed to allocate a serviceIP for Service \"{service}\": range is full");
    }

    public void Take(string service, string address)
    {
        if (!_network.Contains(IPAddress.Parse(address)))
        {
            throw ApiFailure.Invalid(
                ResourceKind.Services,
                service,
                $"spec.clusterIPs: Invalid value: [\"{address}\"]: failed to allocate IP {address}: the provided IP "
                + $"({address}) is not in the valid range. The range of valid IPs is {cidr}");
        }

        if (!_taken.Add(Number(address)))
        {
            throw ApiFailure.Invalid(
                ResourceKind.Services, service, $"spec.clusterIPs: Invalid value: [\"{address}\"]: failed to allocate "
                    + $"IP {address}: provided IP is already allocated");
        }
    }

    public void Release(string address) => _taken.Remove(Number(address));

    private static uint Number(string address) =>
        BinaryPrimitives.ReadUInt32BigEndian(IPAddress.Parse(address).GetAddressBytes());

    private static string Text(uint address) =>
        $"{address >> 24}.{address >> 16 & 255}.{address >> 8 & 255}.{address & 255}";
}
