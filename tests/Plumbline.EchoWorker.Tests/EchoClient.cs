using System.Net;
using System.Net.Sockets;
using Grpc.Net.Client;

namespace Plumbline.EchoWorker.Tests;

/// <summary>Clients with real sockets. The caller may open the sockets in another network namespace.</summary>
internal static class EchoClient
{
    private static readonly TimeSpan s_udpPatience = TimeSpan.FromSeconds(5);

    public static GrpcChannel Channel(IPEndPoint endpoint, Func<Task<Socket>>? openSocket = null)
    {
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, token) =>
            {
                Socket socket = openSocket is null ? TcpSocket() : await openSocket();
                try
                {
                    await socket.ConnectAsync(endpoint, token);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return GrpcChannel.ForAddress(
            $"http://{endpoint}", new GrpcChannelOptions { HttpHandler = handler, DisposeHttpClient = true });
    }

    public static Socket TcpSocket() =>
        new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public static Socket UdpSocket(IPEndPoint endpoint)
    {
        // A connected socket takes answers from that address only.
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(endpoint);
        return socket;
    }

    public static async Task<byte[]> AnswerAsync(Socket socket)
    {
        using CancellationTokenSource patience =
            CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(s_udpPatience);
        byte[] buffer = new byte[65_536];
        int length = await socket.ReceiveAsync(buffer, patience.Token);
        return buffer[..length];
    }
}
