using System.Net;
using System.Net.Sockets;
using Plumbline.Linux;

namespace Plumbline.EchoWorker;

/// <summary>
/// The endpoint's sockets, bound but not served yet. They are separate from <see cref="EchoServer"/> because a socket
/// always belongs to the network namespace of the thread that opened it.
/// </summary>
public sealed class EchoSockets : IDisposable
{
    /// <summary>
    /// Connections that may wait for accept. The kernel's limit is net.core.somaxconn, by default the same.
    /// </summary>
    public const int Backlog = 4096;

    private EchoSockets(Socket tcp, Socket udp, Socket? health) => (Tcp, Udp, Health) = (tcp, udp, health);

    /// <summary>The address and port of gRPC and of the UDP echo.</summary>
    public IPEndPoint Address => (IPEndPoint)Tcp.LocalEndPoint!;

    /// <summary>The address and port of the HTTP health pages; null if there are none.</summary>
    public IPEndPoint? HealthAddress => (IPEndPoint?)Health?.LocalEndPoint;

    internal Socket Tcp { get; }

    internal Socket Udp { get; }

    internal Socket? Health { get; }

    /// <summary>Opens all sockets or none, in the network namespace of the calling thread.</summary>
    /// <param name="address">The IPv4 address to bind to.</param>
    /// <param name="port">TCP and UDP port; at 0 the kernel chooses one.</param>
    /// <param name="healthPort">TCP port of the health pages; 0 for none.</param>
    /// <exception cref="IOException">A port is in use or not permitted. The message names it.</exception>
    public static EchoSockets Open(IPAddress address, int port, int healthPort = 0)
    {
        List<Socket> opened = [];
        try
        {
            Socket tcp = Open(opened, SocketType.Stream, ProtocolType.Tcp, new IPEndPoint(address, port));
            Socket udp = Open(opened, SocketType.Dgram, ProtocolType.Udp, (IPEndPoint)tcp.LocalEndPoint!);
            Socket? health = healthPort == 0 ? null
                : Open(opened, SocketType.Stream, ProtocolType.Tcp, new IPEndPoint(address, healthPort));
            return new EchoSockets(tcp, udp, health);
        }
        catch
        {
            opened.ForEach(socket => socket.Dispose());
            throw;
        }
    }

    public void Dispose()
    {
        Tcp.Dispose();
        Udp.Dispose();
        Health?.Dispose();
    }

    private static Socket Open(List<Socket> opened, SocketType type, ProtocolType protocol, IPEndPoint endpoint)
    {
        try
        {
            Socket socket = new(AddressFamily.InterNetwork, type, protocol);
            opened.Add(socket);
            if (protocol == ProtocolType.Udp)
            {
                SocketFilter.Attach(socket, UdpEcho.NoEchoFilter());
                socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            }

            socket.Bind(endpoint);
            if (protocol == ProtocolType.Tcp)
            {
                socket.Listen(Backlog);
            }

            return socket;
        }
        catch (SocketException exception)
        {
            string name = protocol.ToString().ToUpperInvariant();
            throw new IOException(
                $"cannot open {name} port {endpoint.Port} on {endpoint.Address}: {exception.Message}", exception);
        }
    }
}
