using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Plumbline.Linux;
using Plumbline.DataPlanes;

namespace Plumbline.RttProbe.Commands;

/// <summary>How packets leave for a target.</summary>
/// <param name="SourceIp">The source address that the kernel chooses, in host byte order.</param>
/// <param name="Device">The device that has that address, on which answers arrive.</param>
internal sealed record Route(uint SourceIp, string Device)
{
    /// <exception cref="CommandException">There is no route.</exception>
    public static async Task<Route> ToAsync(NetworkNamespace where, IPEndPoint target)
    {
        try
        {
            return await where.RunAsync(() => Find(target));
        }
        catch (SocketException exception)
        {
            throw new CommandException(
                ExitCode.NotAnswered, $"{target} is unreachable from {where}: {exception.Message}");
        }
    }

    private static Route Find(IPEndPoint target)
    {
        // To connect a datagram socket asks the kernel for the route and sends nothing.
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(target);
        IPAddress source = ((IPEndPoint)socket.LocalEndPoint!).Address;

        // A machine sends to its own addresses over loopback.
        bool isOwn = source.Equals(target.Address);
        NetworkInterface? device = NetworkInterface.GetAllNetworkInterfaces().FirstOrDefault(each => isOwn
            ? each.NetworkInterfaceType == NetworkInterfaceType.Loopback
            : each.GetIPProperties().UnicastAddresses.Any(address => address.Address.Equals(source)));
        return device is null
            ? throw new CommandException(
                ExitCode.NotAnswered, $"{target}: no device has {source}, the address that packets would leave with")
            : new Route(Ipv4.Parse(source.ToString()), device.Name);
    }
}
