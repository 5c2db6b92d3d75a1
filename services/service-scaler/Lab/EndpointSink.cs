using System.Net;
using System.Net.Sockets;
using Plumbline.Contracts;
using Plumbline.Lab;

namespace Plumbline.ServiceScaler.Lab;

/// <summary>
/// The live endpoint behind every lab Service: sockets that take what comes, so that no packet is answered with an ICMP
/// error. What exceeds their small buffers is dropped there, behind the measured node.
/// </summary>
public sealed class EndpointSink : IDisposable
{
    private readonly List<Socket> _sockets;

    private EndpointSink(List<Socket> sockets) => _sockets = sockets;

    /// <exception cref="SocketException">A port is taken.</exception>
    public static async Task<EndpointSink> OpenAsync(LabNode node, IReadOnlyList<ServiceProtocol> protocols) =>
        new(await node.Endpoints.RunAsync(() => protocols.Select(Open).ToList()));

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private static Socket Open(ServiceProtocol protocol)
    {
        Socket socket = protocol == ServiceProtocol.Udp
            ? new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveBufferSize = 4096;
        socket.Bind(new IPEndPoint(IPAddress.Any, LabNode.EndpointPort));
        if (protocol == ServiceProtocol.Tcp)
        {
            socket.Listen();
        }

        return socket;
    }
}
