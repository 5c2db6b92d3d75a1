using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Plumbline.Tests;

/// <summary>
/// Port numbers for servers that tests start, or stop and start again. They are outside the range that the kernel gives
/// to outgoing connections. Of those there are many while test projects run side by side, and one may hold a number
/// that a server is to have.
/// </summary>
internal static class Ports
{
    private const int Lowest = 10_000;

    /// <summary>The first number of net.ipv4.ip_local_port_range, as this kernel has it.</summary>
    private static readonly int s_end = int.Parse(
        File.ReadAllText("/proc/sys/net/ipv4/ip_local_port_range").Split('\t')[0],
        System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A number of 127.0.0.1 that nobody listens at.</summary>
    public static int Free()
    {
        while (true)
        {
            int port = RandomNumberGenerator.GetInt32(Lowest, s_end);
            try
            {
                using TcpListener listener = new(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
            {
                // Another number.
            }
        }
    }
}
